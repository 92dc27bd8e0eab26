import Compression

/// A writer of a ZIP archive in memory. Members are stored as they are, deflated, or copied from another archive.
///
/// Format: PKWARE's APPNOTE 6.3, without extensions: at most 65,535 members and 4 GiB, which no answer comes near.
package struct ZipWriter {
  /// 1 January 1980 at midnight, the first date of ZIP. It is constant, so that the same members make the same bytes.
  private static let date: UInt32 = (1 << 5 | 1) << 16

  private var archive: [UInt8] = []
  private var directory: [UInt8] = []
  private var members: UInt16 = 0

  package init() {}

  /// Adds a member, stored as it is.
  package mutating func add(_ name: String, _ bytes: [UInt8]) {
    let member = ZipArchive.Member(
      name: name, method: ZipArchive.stored, size: bytes.count, checksum: CRC32.checksum(bytes), modified: Self.date,
      packed: 0..<bytes.count)
    add(member, bytes)
  }

  /// Adds a member that is deflated while it is written.
  /// - Parameter write: hands over the content in pieces.
  package mutating func addDeflated(
    _ name: String, _ write: (_ take: ([UInt8]) -> Void) throws -> Void
  ) rethrows {
    // The data is packed after room for its head, so that it is never held twice.
    let offset = archive.count
    archive += [UInt8](repeating: 0, count: Self.headBytes + name.utf8.count)
    let start = archive.count
    var encoder = DeflateEncoder(after: archive)
    archive = []
    var checksum = CRC32()
    var size = 0
    try write { piece in
      encoder.add(piece)
      piece.withUnsafeBytes { checksum.update($0) }
      size += piece.count
    }
    archive = encoder.finish()
    let member = ZipArchive.Member(
      name: name, method: ZipArchive.deflated, size: size, checksum: checksum.value, modified: Self.date,
      packed: 0..<archive.count - start)
    archive.replaceSubrange(offset..<start, with: Self.head(of: member))
    list(member, at: offset)
  }

  /// Adds a copy of another archive's member: the same bytes, deflated if they are, with the same date.
  /// - Throws: `FileError` if the other archive cannot be read.
  package mutating func copy(_ member: ZipArchive.Member, of other: ZipArchive) throws {
    add(member, try other.packedBytes(of: member))
  }

  private mutating func add(_ member: ZipArchive.Member, _ packed: [UInt8]) {
    let offset = archive.count
    archive += Self.head(of: member)
    archive += packed
    list(member, at: offset)
  }

  /// Bytes of the head of a member, besides its name.
  private static let headBytes = 30

  private static func head(of member: ZipArchive.Member) -> [UInt8] {
    var head: [UInt8] = []
    head.append(littleEndian: 0x0403_4B50 as UInt32)
    return head + description(of: member) + Array(member.name.utf8)
  }

  /// Adds a member to the directory.
  /// - Parameter offset: the place of its head in the archive.
  private mutating func list(_ member: ZipArchive.Member, at offset: Int) {
    directory.append(littleEndian: 0x0201_4B50 as UInt32)
    directory.append(littleEndian: Self.version)
    directory += Self.description(of: member)
    // No comment, on the first disk, no attributes.
    directory += [UInt8](repeating: 0, count: 10)
    directory.append(littleEndian: UInt32(offset))
    directory += Array(member.name.utf8)
    members += 1
  }

  /// Ends the archive and returns its bytes.
  package mutating func finish() -> [UInt8] {
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

  private static let version: UInt16 = 20

  /// The fields that the head of a member shares with its entry in the directory.
  private static func description(of member: ZipArchive.Member) -> [UInt8] {
    var fields: [UInt8] = []
    // Bit 11: the name is in UTF-8.
    let flags: UInt16 = member.name.utf8.allSatisfy { $0 < 0x80 } ? 0 : 1 << 11
    for field in [version, flags, member.method] { fields.append(littleEndian: field) }
    for field in [member.modified, member.checksum, UInt32(member.packed.count), UInt32(member.size)] {
      fields.append(littleEndian: field)
    }
    fields.append(littleEndian: UInt16(member.name.utf8.count))
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
