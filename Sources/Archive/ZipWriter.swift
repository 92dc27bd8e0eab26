import Compression

/// Writes a ZIP archive with uncompressed members.
///
/// Format: PKWARE's APPNOTE 6.3, without extensions: at most 65,535 members and 4 GiB, which no answer comes near.
package struct ZipWriter {
  private static let method: UInt16 = 0
  private static let version: UInt16 = 20
  /// Names are ASCII.
  private static let flags: UInt16 = 0
  /// 1 January 1980, the first date of ZIP. It is constant, so that the same members make the same bytes.
  private static let date: UInt16 = 1 << 5 | 1

  private var archive: [UInt8] = []
  private var directory: [UInt8] = []
  private var members: UInt16 = 0

  package init() {}

  /// Adds a member.
  /// - Parameter name: in ASCII.
  package mutating func add(_ name: String, _ bytes: [UInt8]) {
    let offset = UInt32(archive.count)
    let description = Self.description(name, bytes)
    archive.append(littleEndian: 0x0403_4B50 as UInt32)
    archive += description
    archive += Array(name.utf8)
    archive += bytes
    directory.append(littleEndian: 0x0201_4B50 as UInt32)
    directory.append(littleEndian: Self.version)
    directory += description
    // No comment, on the first disk, no attributes.
    directory += [UInt8](repeating: 0, count: 10)
    directory.append(littleEndian: offset)
    directory += Array(name.utf8)
    members += 1
  }

  /// Ends the archive and returns its bytes.
  package consuming func finish() -> [UInt8] {
    let start = UInt32(archive.count)
    let length = UInt32(directory.count)
    archive += directory
    archive.append(littleEndian: 0x0605_4B50 as UInt32)
    archive.append(littleEndian: 0 as UInt32)
    for _ in 0..<2 { archive.append(littleEndian: members) }
    archive.append(littleEndian: length)
    archive.append(littleEndian: start)
    archive.append(littleEndian: 0 as UInt16)
    return archive
  }

  /// The fields that the head of a member shares with its entry in the directory.
  private static func description(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    var fields: [UInt8] = []
    for field in [version, flags, method, 0, date] { fields.append(littleEndian: field) }
    fields.append(littleEndian: CRC32.checksum(bytes))
    for _ in 0..<2 { fields.append(littleEndian: UInt32(bytes.count)) }
    fields.append(littleEndian: UInt16(name.utf8.count))
    fields.append(littleEndian: 0 as UInt16)
    return fields
  }
}

// MARK: - Numbers

extension [UInt8] {
  /// Appends a number with its lowest byte first, as ZIP and NumPy have it.
  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
