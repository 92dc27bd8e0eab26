import CKernels
import Files

extension StoredTensor {
  /// - Throws: `FileError` if the shape differs.
  package func expecting(shape expected: [Int]) throws -> StoredTensor {
    guard shape == expected else {
      throw FileError(file: file.path, item: name, found: "shape \(shape)", expected: "shape \(expected)")
    }
    return self
  }

  /// Converts F64, F32, F16, BF16 and INTGEMM8 to float32, in the order of the shape.
  /// - Parameter destination: room for `count` floats, row-major.
  /// - Throws: `FileError` if the elements are of another type, or the destination is of another size.
  package func copyFloats(to destination: UnsafeMutableBufferPointer<Float>) throws {
    guard destination.count == count else {
      throw FileError(
        file: file.path, item: name, found: "\(count) elements", expected: "\(destination.count) elements")
    }
    if type == .intgemm8 { return try dequantise(to: destination) }
    let reader = try FloatReader(self)
    if let floats = destination.baseAddress { try reader.copy(0..<count, to: floats) }
  }

  /// All elements as float32, row-major.
  /// - Throws: `FileError` if the elements are no floating-point numbers.
  package func floats() throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try copyFloats(to: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialised = count
    }
  }
}

/// A reader of a floating-point tensor that gives ranges of its elements as float32.
package struct FloatReader: Sendable {
  private let tensor: StoredTensor
  private let convert: ElementType.Conversion

  /// - Throws: `FileError` if the tensor is neither F64, F32, F16 nor BF16.
  package init(_ tensor: StoredTensor) throws {
    guard let convert = tensor.type.floatConversion else {
      throw FileError(
        file: tensor.file.path, item: tensor.name, found: "dtype \(tensor.type.rawValue)",
        expected: "one of F64 F32 F16 BF16")
    }
    self.tensor = tensor
    self.convert = convert
  }

  /// Elements that are read and converted at a time: their bytes stay in the cache.
  private static let piece = 1 << 15

  /// - Parameters:
  ///   - elements: a range of the tensor's elements, counted row-major.
  ///   - destination: room for as many floats.
  /// - Throws: `FileError` if the file cannot be read.
  package func copy(_ elements: Range<Int>, to destination: UnsafeMutablePointer<Float>) throws(FileError) {
    let size = tensor.type.size
    func bytes(_ elements: Range<Int>) -> Range<Int> {
      tensor.range.lowerBound + elements.lowerBound * size..<tensor.range.lowerBound + elements.upperBound * size
    }
    if tensor.type == .float32 { return try tensor.file.read(bytes(elements), into: destination) }
    let stored = UnsafeMutableRawPointer.allocate(byteCount: min(elements.count, Self.piece) * size, alignment: size)
    defer { stored.deallocate() }
    for start in stride(from: elements.lowerBound, to: elements.upperBound, by: Self.piece) {
      let piece = start..<min(start + Self.piece, elements.upperBound)
      try tensor.file.read(bytes(piece), into: stored)
      convert(stored, destination + (start - elements.lowerBound), piece.count)
    }
  }
}

extension ElementType {
  fileprivate typealias Conversion = @Sendable (UnsafeRawPointer, UnsafeMutablePointer<Float>, Int) -> Void

  fileprivate var floatConversion: Conversion? {
    switch self {
    case .float64: ck_convert_f64
    case .float32: ck_convert_f32
    case .float16: ck_convert_f16
    case .bfloat16: ck_convert_bf16
    case .int64, .int32, .int16, .int8, .uint8, .bool, .intgemm8, .intgemm16: nil
    }
  }
}
