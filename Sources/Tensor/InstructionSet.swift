import CKernels

/// The instructions that the kernels use, from slow to fast.
///
/// Sets with an instruction for sums of four products quantise activations to 8 bits, and so does `portable`; they give
/// the same products. `avx2` and `avx512` quantise activations to 7 bits, so that texts can differ from those of other
/// sets.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// The instructions that every processor of its kind has: SSE2 or NEON.
  case portable
  #if arch(x86_64)
    case avx2
    /// VNNI on vectors of 256 bits.
    case avxvnni = "avx-vnni"
    /// AVX-512 without VNNI, as in the first processors that had it.
    case avx512
    case avx512vnni = "avx512-vnni"
  #elseif arch(arm64)
    /// Sums of four products, as most processors since 2018 have them.
    case dotprod
    /// Products of matrices of 8-bit integers.
    case i8mm
  #endif

  /// The set in use: the best of the processor, unless less was asked for.
  package static var current: InstructionSet { self[ck_current_instruction_set()] }

  /// The sets of this processor.
  package static var available: [InstructionSet] { allCases.filter { ck_has_instruction_set($0.kernels) } }

  /// Limits kernels to the best set of this processor up to this one, for comparisons and measurements. Layers whose
  /// weights are loaded already keep their set.
  package static func limit(to set: InstructionSet) { ck_use_instruction_set(set.kernels) }

  /// The kernels' own name for the set.
  package var kernels: ck_instruction_set {
    switch self {
    case .portable: CK_PORTABLE
    #if arch(x86_64)
      case .avx2: CK_AVX2
      case .avxvnni: CK_AVX_VNNI
      case .avx512: CK_AVX512
      case .avx512vnni: CK_AVX512_VNNI
    #elseif arch(arm64)
      case .dotprod: CK_DOTPROD
      case .i8mm: CK_I8MM
    #endif
    }
  }

  private static subscript(kernels: ck_instruction_set) -> InstructionSet {
    allCases.first { $0.kernels == kernels } ?? .portable
  }

  /// Whether float32 products add with a single rounding. SSE2 alone has no instruction for that.
  package var fusesMultiplyAdds: Bool {
    #if arch(arm64)
      true
    #else
      self != .portable
    #endif
  }

  /// The bits of quantised activations: 8 or 7.
  package var activationBits: Int { Int(ck_activation_bits(kernels)) }
}

/// The library that multiplies float32 matrices.
package enum FloatKernels: String, CaseIterable, Sendable {
  /// Dragoman's own kernels, on weights packed when a model is loaded.
  case packed
  case openblas

  package static var current: FloatKernels { PackedMatrix.isAvailable ? .packed : .openblas }

  /// Chooses OpenBLAS for models that are loaded from now on.
  package static func useOpenBLAS() { ck_packed_disable() }
}
