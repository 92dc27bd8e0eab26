import Compression
import Support

/// Writes gzip (RFC 1952).
enum GzipFile {
  /// A file of one member, without name and time.
  static func member(_ bytes: [UInt8]) -> [UInt8] {
    var file = ByteWriter()
    file.put([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] as [UInt8])
    file.put(Deflate.encode(bytes))
    file.put(CRC32.checksum(bytes))
    file.put(UInt32(bytes.count))
    return file.bytes
  }
}
