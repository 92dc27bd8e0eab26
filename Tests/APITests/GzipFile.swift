import Compression

/// Writes gzip (RFC 1952).
enum GzipFile {
  /// A file of one member, without name and time.
  static func member(_ bytes: [UInt8]) -> [UInt8] {
    let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    return header + Deflate.encode(bytes) + littleEndian(CRC32.checksum(bytes)) + littleEndian(UInt32(bytes.count))
  }

  private static func littleEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }
}
