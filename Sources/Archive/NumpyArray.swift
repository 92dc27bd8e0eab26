/// The bytes of a `.npy` file: a head with type and shape, then an array in row-major order.
///
/// Format: NumPy Enhancement Proposal 1, version 1.0.
package struct NumpyArray {
  package let bytes: [UInt8]

  /// An array of float32.
  /// - Parameter values: row-major; their number is the product of `shape`.
  package init(_ values: [Float], shape: [Int]) {
    var bytes = Self.head(type: "<f4", shape: shape)
    bytes.reserveCapacity(bytes.count + 4 * values.count)
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    self.bytes = bytes
  }

  /// An array of texts in UTF-32. Shorter texts are padded with zeros, as by NumPy.
  package init(_ texts: [String]) {
    let width = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
    var bytes = Self.head(type: "<U\(width)", shape: [texts.count])
    for text in texts {
      let scalars = text.unicodeScalars.map(\.value)
      for scalar in scalars { bytes.append(littleEndian: scalar) }
      bytes += [UInt8](repeating: 0, count: 4 * (width - scalars.count))
    }
    self.bytes = bytes
  }

  /// The head, padded so that the array starts at a multiple of 64 bytes.
  private static func head(type: String, shape: [Int]) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
    let fixed = 10
    let length = (fixed + text.utf8.count + 1 + 63) / 64 * 64 - fixed
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.append(littleEndian: UInt16(length))
    bytes += Array(text.utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: length - text.utf8.count - 1)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }
}
