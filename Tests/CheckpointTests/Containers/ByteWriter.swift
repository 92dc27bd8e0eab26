/// Little-endian bytes put together.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func put(_ values: [UInt8]) { bytes += values }
  mutating func put(_ text: String) { bytes += Array(text.utf8) }

  static func floats(_ values: [Float]) -> [UInt8] {
    var writer = ByteWriter()
    for value in values { writer.put(value.bitPattern) }
    return writer.bytes
  }
}
