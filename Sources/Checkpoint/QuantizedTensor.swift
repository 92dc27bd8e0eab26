import Files

/// A matrix of 8-bit integers in one of Marian's `intgemm8` items: value = integer / multiplier.
///
/// The integers are row-major. An ordinary matrix, whose logical shape is [in, out], is stored transposed: (outputs,
/// inputs). Tables with "Wemb" in their names are stored in the order of their shape: (vocabulary, dimension).
/// Source: Marian's `src/tensors/cpu/expression_graph_packable.h`.
package struct QuantizedTensor: Sendable {
  /// INT8 [rows, columns]
  package let integers: StoredTensor
  /// Finite and above zero.
  package let multiplier: Float

  package var rows: Int { integers.shape[0] }
  package var columns: Int { integers.shape[1] }

  /// Bytes of the multiplier, a float32 after the integers, which need not be aligned.
  static let multiplierSize = MemoryLayout<Float>.size
}

extension ElementType {
  /// Whether this is one of Marian's types with a multiplier after the elements.
  var isIntgemm: Bool { self == .intgemm8 || self == .intgemm16 }
}

extension StoredTensor {
  /// - Throws: `FileError` if the tensor is not INTGEMM8 of rank 2 with a usable multiplier.
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

  /// Whether quantised rows are stored in the order of the shape; else they are transposed.
  var isStoredAsShaped: Bool { name.contains("Wemb") }

  func unfit(found: String, expected: String) -> FileError {
    FileError(file: file.path, item: name, found: found, expected: expected)
  }
}

extension TensorSource {
  /// The factor that turns the activations for `matrix` into 8-bit integers: `matrix_QuantMultA`. Nil if there is none.
  ///
  /// The output layer's matrix is called "none", in some files "Wemb". The factor is a float32 [1, 1]; that of "Wemb" was
  /// quantised itself because of its name.
  /// - Throws: `FileError` if the factor is not one finite number above zero.
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

extension StoredTensor {
  /// The transpose of a matrix [in, out], float or INTGEMM8, for a linear layer.
  /// - Returns: (outputs, inputs) row-major.
  /// - Throws: `FileError` if the tensor is of another type or rank.
  package func linearWeights() throws -> [Float] {
    guard shape.count == 2 else { throw unfit(found: "shape \(shape)", expected: "two dimensions") }
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try copyLinearWeights(to: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialised = count
    }
  }

  /// Copies the transpose of a matrix [in, out].
  /// - Parameter destination: room for `count` floats, (outputs, inputs) row-major.
  package func copyLinearWeights(to destination: UnsafeMutableBufferPointer<Float>) throws {
    guard shape.count == 2 else { throw unfit(found: "shape \(shape)", expected: "two dimensions") }
    guard destination.count == count else {
      throw unfit(found: "\(count) elements", expected: "\(destination.count) elements")
    }
    if type == .intgemm8, !isStoredAsShaped {
      return try quantized().dequantise { destination[$0] = $1 }
    }
    let (inputs, outputs) = (shape[0], shape[1])
    try floats().withUnsafeBufferPointer { floats in
      for input in 0..<inputs {
        for output in 0..<outputs { destination[output * inputs + input] = floats[input * outputs + output] }
      }
    }
  }

  /// Copies INTGEMM8 as float32 in the order of the shape, row-major.
  func dequantise(to destination: UnsafeMutableBufferPointer<Float>) throws {
    let quantized = try quantized()
    guard !isStoredAsShaped else { return try quantized.dequantise { destination[$0] = $1 } }
    let (inputs, outputs) = (shape[0], shape[1])
    var (row, column) = (0, 0)
    try quantized.dequantise { _, value in
      destination[column * outputs + row] = value
      column += 1
      if column == inputs { (row, column) = (row + 1, 0) }
    }
  }
}

extension QuantizedTensor {
  /// Gives each position, in storage order, and its value: integer · (1 / multiplier), which is Marian's formula.
  @inline(__always)
  fileprivate func dequantise(_ store: (Int, Float) -> Void) throws {
    let step = 1 / multiplier
    try integers.withBytes { bytes in
      for position in 0..<bytes.count { store(position, Float(Int8(bitPattern: bytes[position])) * step) }
    }
  }
}
