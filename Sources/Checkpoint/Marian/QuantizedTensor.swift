import Files

/// A matrix of 8-bit integers as Marian's `intgemm8` items keep it: value = integer / multiplier.
///
/// The integers lie in the file, row-major. An ordinary matrix, whose logical shape is [in, out], is stored
/// transposed: (outputs, inputs), one output's weights side by side. Tables whose name has "Wemb" in it are stored as
/// their shape says: (vocabulary, dimension). Source: Marian's `src/tensors/cpu/expression_graph_packable.h`.
package struct QuantizedTensor: Sendable {
  /// INT8 [rows, columns]
  package let integers: StoredTensor
  /// Finite and above zero.
  package let multiplier: Float

  package var rows: Int { integers.shape[0] }
  package var columns: Int { integers.shape[1] }

  /// A float32 behind the integers, at whatever byte that is.
  static let multiplierSize = MemoryLayout<Float>.size
}

extension ElementType {
  /// Marian's types with a multiplier behind the elements.
  var isIntgemm: Bool { self == .intgemm8 || self == .intgemm16 }
}

extension StoredTensor {
  /// - Throws: `FileError` where the tensor is not INTGEMM8 of rank 2 with a usable multiplier.
  package func quantized() throws -> QuantizedTensor {
    guard type == .intgemm8 else { throw unfit(found: "dtype \(type.rawValue)", expected: "INTGEMM8") }
    guard shape.count == 2 else { throw unfit(found: "shape \(shape)", expected: "two dimensions") }
    guard range.count == count + QuantizedTensor.multiplierSize else {
      throw unfit(found: "\(range.count) bytes", expected: "\(count) integers and a float32")
    }
    var multiplier: Float = 0
    try file.read(range.upperBound - QuantizedTensor.multiplierSize..<range.upperBound, into: &multiplier)
    guard multiplier.isFinite, multiplier > 0, (1 / multiplier).isFinite else {
      throw unfit(found: "multiplier \(multiplier)", expected: "a finite number above 0")
    }
    let integers = StoredTensor(
      name: name, type: .int8, shape: isStoredAsShaped ? shape : shape.reversed(), file: file,
      range: range.lowerBound..<range.lowerBound + count)
    return QuantizedTensor(integers: integers, multiplier: multiplier)
  }

  /// Whether quantised rows lie as the shape says; else transposed.
  var isStoredAsShaped: Bool { name.contains("Wemb") }

  func unfit(found: String, expected: String) -> FileError {
    FileError(file: file.path, item: name, found: found, expected: expected)
  }
}

extension TensorSource {
  /// The factor that turns the activations that meet `matrix` into 8-bit integers: `matrix_QuantMultA`; nil where there
  /// is none. That of the output layer is "none", in some files "Wemb".
  ///
  /// It is a float32 [1, 1], but that of "Wemb" was quantised itself, because of its name.
  /// - Throws: `FileError` where it is something else or no finite number above zero.
  package func activationMultiplier(_ matrix: String) throws -> Float? {
    let name = matrix + "_QuantMultA"
    guard contains(name) else { return nil }
    let tensor = try tensor(name)
    guard tensor.count == 1 else { throw tensor.unfit(found: "shape \(tensor.shape)", expected: "one number") }
    let value = try tensor.floats()[0]
    guard value.isFinite, value > 0 else { throw tensor.unfit(found: "\(value)", expected: "a finite number above 0") }
    return value
  }
}
