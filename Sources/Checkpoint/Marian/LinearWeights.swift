extension StoredTensor {
  /// A matrix [in, out], float or INTGEMM8, as a linear layer wants it.
  /// - Returns: (outputs, inputs) row-major.
  /// - Throws: `FileError` for another type or rank.
  package func linearWeights() throws -> [Float] {
    guard shape.count == 2 else { throw unfit(found: "shape \(shape)", expected: "two dimensions") }
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try copyLinearWeights(to: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialised = count
    }
  }

  /// - Parameter destination: (outputs, inputs) row-major, `count` floats.
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

  /// INTGEMM8 as float32 in the orientation of the shape, row-major.
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
  /// Gives each position, in storage order, and its value: integer · (1 / multiplier), as Marian computes it.
  @inline(__always)
  fileprivate func dequantise(_ store: (Int, Float) -> Void) throws {
    let step = 1 / multiplier
    try integers.withBytes { bytes in
      for position in 0..<bytes.count { store(position, Float(Int8(bitPattern: bytes[position])) * step) }
    }
  }
}
