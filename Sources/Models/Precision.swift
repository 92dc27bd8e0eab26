import Checkpoint
import Tensor

/// The numbers in which a model multiplies.
package enum Precision: String, CaseIterable, Sendable {
  case float32
  /// 8 bits: each output's weights have a step size of their own, and activations are scaled by the greatest of their
  /// row. Biases, norms and positions stay float32. Tensors that a checkpoint has in 8 bits are used as they are.
  case int8
}

extension Precision {
  /// Matrices that are multiplied with one input, as one product.
  /// - Parameter transposed: whether they are stored as [inputs, outputs].
  /// - Throws: `FileError` if the numbers are of another type, or one is not finite.
  package func weight(_ stored: [StoredTensor], transposed: Bool = false) throws -> Linear.Weight {
    guard self == .float32 else { return .int8(try Self.integers(stored, transposed: transposed)) }
    let weight = Linear.weight(try stored.map { try $0.rows(transposed: transposed) })
    for tensor in stored { try tensor.file.checkUnchanged() }
    return weight
  }

  static func integers(_ stored: [StoredTensor], transposed: Bool = false) throws -> Int8Weight {
    let weight = Int8Weight(quantizing: try stored.map { try $0.rows(transposed: transposed) })
    for tensor in stored { try tensor.file.checkUnchanged() }
    return weight
  }

  /// Bytes of a loaded tensor without step sizes: 8 bits per number for matrices in 8 bits.
  func bytes(_ stored: StoredTensor) -> Int {
    let isMatrix = stored.shape.count == 2 && !stored.shape.contains(1)
    return stored.count * (self == .int8 && isMatrix ? MemoryLayout<Int8>.size : MemoryLayout<Float>.size)
  }
}
