/// Little-endian bytes put together.
package struct ByteWriter {
  package var bytes: [UInt8]

  package init(bytes: [UInt8] = []) { self.bytes = bytes }

  package mutating func put<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func put(_ values: [UInt8]) { bytes += values }
  package mutating func put(_ text: String) { bytes += Array(text.utf8) }

  package static func floats(_ values: [Float]) -> [UInt8] {
    var writer = ByteWriter()
    for value in values { writer.put(value.bitPattern) }
    return writer.bytes
  }
}
