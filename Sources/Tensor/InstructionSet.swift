import CKernels

/// What the kernels for 8-bit products may use of the processor. All give the same bits.
package enum InstructionSet: String, CaseIterable, Sendable {
  case portable
  case avx2
  case avx512vnni = "avx512-vnni"

  /// The one in use: the best that the processor has, unless less was asked for.
  package static var current: InstructionSet {
    switch ck_current_instruction_set() {
    case CK_AVX512_VNNI: .avx512vnni
    case CK_AVX2: .avx2
    default: .portable
    }
  }

  /// Uses no more than this, to compare or to measure. Not while products run.
  package static func limit(to set: InstructionSet) {
    switch set {
    case .portable: ck_use_instruction_set(CK_PORTABLE)
    case .avx2: ck_use_instruction_set(CK_AVX2)
    case .avx512vnni: ck_use_instruction_set(CK_AVX512_VNNI)
    }
  }
}
