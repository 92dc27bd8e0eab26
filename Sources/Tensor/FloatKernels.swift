import CKernels

/// Who multiplies float32 matrices.
package enum FloatKernels: String, CaseIterable, Sendable {
  /// Our own, on weights packed when a model is loaded; OpenBLAS where the processor lacks the instructions.
  case packed
  case openblas

  package static var current: FloatKernels { PackedMatrix.isAvailable ? .packed : .openblas }

  /// Leaves models that are loaded from now on to OpenBLAS.
  package static func useOpenBLAS() { ck_packed_disable() }
}
