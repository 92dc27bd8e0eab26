import CKernels

/// The instructions that the kernels for products of matrices use. All sets give the same 8-bit products.
package enum InstructionSet: String, CaseIterable, Sendable {
  case portable
  case avx2
  /// AVX-512 without VNNI, as in the first processors that had it.
  case avx512
  case avx512vnni = "avx512-vnni"

  /// The set in use: the best of the processor, unless less was asked for.
  package static var current: InstructionSet {
    switch ck_current_instruction_set() {
    case CK_AVX512_VNNI: .avx512vnni
    case CK_AVX512: .avx512
    case CK_AVX2: .avx2
    default: .portable
    }
  }

  /// Uses at most this set for products, for comparisons and measurements; AVX2 at least for products of float32. Not for
  /// use while products run.
  package static func limit(to set: InstructionSet) {
    switch set {
    case .portable: ck_use_instruction_set(CK_PORTABLE)
    case .avx2: ck_use_instruction_set(CK_AVX2)
    case .avx512: ck_use_instruction_set(CK_AVX512)
    case .avx512vnni: ck_use_instruction_set(CK_AVX512_VNNI)
    }
  }
}

/// The library that multiplies float32 matrices.
package enum FloatKernels: String, CaseIterable, Sendable {
  /// Dragoman's own kernels, on weights packed when a model is loaded. They need AVX2 with FMA, or AVX-512.
  case packed
  case openblas

  package static var current: FloatKernels { PackedMatrix.isAvailable ? .packed : .openblas }

  /// Chooses OpenBLAS for models that are loaded from now on.
  package static func useOpenBLAS() { ck_packed_disable() }
}
