import CKernels
import Files

extension StoredTensor {
  /// - Throws: `FileError` where the shape is another one.
  package func expecting(shape expected: [Int]) throws -> StoredTensor {
    guard shape == expected else {
      throw FileError(file: file.path, item: name, found: "shape \(shape)", expected: "shape \(expected)")
    }
    return self
  }

  /// Converts F64, F32, F16, BF16 and INTGEMM8 to float32, as the shape says.
  /// - Parameter destination: `count` floats, row-major.
  /// - Throws: `FileError` for another element type or a destination of another size.
  package func copyFloats(to destination: UnsafeMutableBufferPointer<Float>) throws {
    guard destination.count == count else {
      throw FileError(
        file: file.path, item: name, found: "\(count) elements", expected: "\(destination.count) elements")
    }
    if type == .intgemm8 { return try dequantise(to: destination) }
    guard let convert = type.floatConversion else {
      throw FileError(
        file: file.path, item: name, found: "dtype \(type.rawValue)", expected: "one of F64 F32 F16 BF16 INTGEMM8")
    }
    withBytes { bytes in
      guard let source = bytes.baseAddress, let floats = destination.baseAddress else { return }
      convert(source, floats, destination.count)
    }
  }

  /// All elements as float32, row-major.
  /// - Throws: `FileError` for an element type that is no floating-point one.
  package func floats() throws -> [Float] {
    try [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      try copyFloats(to: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialised = count
    }
  }
}

extension ElementType {
  fileprivate typealias Conversion = (UnsafeRawPointer, UnsafeMutablePointer<Float>, Int) -> Void

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
