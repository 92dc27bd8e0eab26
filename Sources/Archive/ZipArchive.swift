import Compression
import Files

/// A reader of a ZIP archive, in a file or in memory. Each member is checked to lie within the archive and to overlap
/// with no other.
///
/// Format: PKWARE's APPNOTE.TXT, with ZIP64. Encrypted members, archives in several parts and bytes before or after the
/// archive are refused. Members can be stored or deflated; others are listed, and can only be copied as they are.
///
/// An archive costs time and memory linear in its directory. The content of a member costs what it is unpacked to, which
/// the caller bounds: `open(_:atMost:)`, `bytes(of:atMost:)`.
package struct ZipArchive: Sendable {
  package struct Member: Sendable {
    package let name: String
    /// The way the content is stored: 0 as it is, 8 deflated (RFC 1951), others by APPNOTE.TXT, section 4.4.5.
    package let method: UInt16
    /// Bytes of the content, as the directory declares it.
    package let size: Int
    /// CRC-32 of the content, as the directory declares it.
    package let checksum: UInt32
    /// Time and date of the last change, as MS-DOS has them.
    package let modified: UInt32
    /// Bytes of the file that hold the content as it is stored.
    package let packed: Range<Int>

    /// Whether the member is a folder, which has no content.
    package var isFolder: Bool { name.hasSuffix("/") }
  }

  package let file: InputFile
  /// The members in the order of the archive's directory; names are unique.
  package let members: [Member]
  private let indices: [String: Int]

  /// Reads the directory of an archive.
  /// - Throws: `FileError` for the first error in the archive.
  package init(_ file: InputFile) throws {
    self.file = file
    members = try Self.members(ZipDirectory(file), of: file)
    indices = Dictionary(uniqueKeysWithValues: members.indices.map { [members] in (members[$0].name, $0) })
  }

  /// Reads the directory of an archive in memory.
  /// - Parameter name: the name in messages.
  package init(_ bytes: [UInt8], name: String) throws {
    try self.init(InputFile(path: name) { append in bytes.withUnsafeBytes { append($0) } })
  }

  /// The member of a name; nil if there is none.
  package func member(_ name: String) -> Member? { indices[name].map { members[$0] } }

  /// Whether bytes start as a ZIP archive does, an empty one included.
  package static func recognises(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 3, 4]) || bytes.starts(with: [0x50, 0x4B, 5, 6])
  }

  // MARK: Content

  /// The bytes of a member as they are stored, perhaps deflated. `ZipWriter.copy` writes them to another archive.
  /// - Throws: `FileError` if the file cannot be read.
  package func packedBytes(of member: Member) throws -> [UInt8] {
    try file.withBytes(member.packed) { Array($0) }
  }

  /// The content of a member, whose checksum is verified.
  /// - Parameter limit: the largest size in bytes that is accepted.
  /// - Throws: `FileError` if the content is larger, broken, or stored in another way than deflated.
  package func bytes(of member: Member, atMost limit: Int) throws -> [UInt8] {
    try check(member, atMost: limit)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(member.method == Self.deflated ? member.size : member.packed.count)
    try unpack(member, atMost: limit) { bytes += $0 }
    return bytes
  }

  /// Hands over the content of a member in pieces. Its checksum is verified at the end.
  /// - Parameter limit: the largest size in bytes that is accepted.
  /// - Throws: `FileError` if the content is larger, broken, or stored in another way than deflated.
  package func unpack(_ member: Member, atMost limit: Int, _ take: (UnsafeRawBufferPointer) -> Void) throws {
    try check(member, atMost: limit)
    guard member.method == Self.deflated else {
      return try file.withBytes(member.packed) { bytes in
        var checksum = CRC32()
        checksum.update(bytes)
        guard checksum.value == member.checksum else {
          throw error(member, "CRC-32 \(checksum.value)", "\(member.checksum)")
        }
        take(bytes)
      }
    }
    try withoutActuallyEscaping(take) { take in try inflate(member, sink: take) }
  }

  /// The content of a member as a file. A stored member is a part of the archive, without a copy: its checksum is not
  /// verified, because that would read all weights of a model twice. A deflated one is unpacked into memory and verified.
  /// - Parameter limit: the largest size in bytes that is accepted.
  /// - Throws: `FileError` if the content is larger, broken, or stored in another way than deflated.
  package func open(_ member: Member, atMost limit: Int = .max) throws(FileError) -> InputFile {
    try check(member, atMost: limit)
    guard member.method == Self.deflated else {
      return InputFile(member.packed, of: file, path: file.path + "/" + member.name)
    }
    return try inflated(member)
  }

  static let stored: UInt16 = 0
  static let deflated: UInt16 = 8

  private func check(_ member: Member, atMost limit: Int) throws(FileError) {
    guard member.size <= limit else { throw error(member, "\(member.size) bytes", "at most \(limit)") }
    guard member.method != Self.stored else { return }
    guard member.method == Self.deflated else {
      throw error(member, "a member of method \(member.method)", "0, stored, or 8, deflated")
    }
    // Each bit of DEFLATE data stands for at most 129 bytes: a directory cannot declare more than the data holds.
    let (bound, overflow) = member.packed.count.multipliedReportingOverflow(by: 8 * 129)
    guard overflow || member.size <= bound else {
      throw error(member, "\(member.size) bytes declared for \(member.packed.count) deflated", "at most \(bound)")
    }
  }

  private func inflated(_ member: Member) throws(FileError) -> InputFile {
    do {
      return try InputFile(path: file.path + "/" + member.name, origin: file) { try inflate(member, sink: $0) }
    } catch {
      throw FileError(file: file.path, item: member.name, unpacking: error)
    }
  }

  private func inflate(_ member: Member, sink: @escaping (UnsafeRawBufferPointer) -> Void) throws(FileError) {
    do {
      try file.withBytes(member.packed) {
        try Inflate.decode($0, size: member.size, checksum: member.checksum, sink: sink)
      }
    } catch {
      throw FileError(file: file.path, item: member.name, unpacking: error)
    }
  }

  private func error(_ member: Member, _ found: String, _ expected: String) -> FileError {
    FileError(file: file.path, item: member.name, found: found, expected: expected)
  }
}

// MARK: - Members

extension ZipArchive {
  /// Finds the bytes after each local header, which has to agree with the directory.
  private static func members(_ directory: ZipDirectory, of file: InputFile) throws -> [Member] {
    // The directory alone follows the members, so that none reaches into it.
    let end = directory.range.lowerBound
    let members = try directory.entries.map { entry in
      guard entry.offset <= end else {
        throw FileError(
          file: file.path, item: entry.name, found: "a header at byte \(entry.offset)",
          expected: "one before the directory, byte \(end)")
      }
      let header = entry.offset..<min(end, entry.offset + headerSize + entry.name.utf8.count)
      let length = try file.withBytes(header) { bytes in
        var reader = ByteReader(bytes, file: file.path, start: entry.offset)
        return try headerLength(of: entry, &reader)
      }
      let start = entry.offset + length
      guard entry.packedSize <= end - start else {
        throw FileError(
          file: file.path, item: entry.name, found: "\(entry.packedSize) bytes at byte \(start)",
          expected: "at most the \(max(0, end - start)) bytes that follow")
      }
      return Member(
        name: entry.name, method: entry.method, size: entry.size, checksum: entry.checksum, modified: entry.modified,
        packed: start..<start + entry.packedSize)
    }
    try checkApart(members, directory.entries, path: file.path)
    return members
  }

  /// Bytes of a local header without its name and extra data.
  private static let headerSize = 30

  private static func headerLength(of entry: ZipDirectory.Entry, _ reader: inout ByteReader) throws(FileError) -> Int {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: reader.file, item: entry.name, found: found, expected: expected)
    }
    let signature = try reader.integer(UInt32.self, entry.name)
    guard signature == 0x0403_4B50 else { throw error("no local header at byte \(entry.offset)", "one") }
    _ = try reader.run(4, entry.name)  // version, flags
    let method = try reader.integer(UInt16.self, entry.name)
    guard method == entry.method else {
      throw error("method \(method) in its local header", "\(entry.method), as in the directory")
    }
    _ = try reader.run(16, entry.name)  // time, date, checksum, sizes: the directory's are the ones that count
    let nameLength = try reader.integer(UInt16.self, entry.name)
    let extraLength = try reader.integer(UInt16.self, entry.name)
    guard Int(nameLength) == entry.name.utf8.count,
      reader.slice(try reader.run(Int(nameLength), entry.name)).elementsEqual(entry.name.utf8)
    else { throw error("another name in its local header", "the same name") }
    return headerSize + Int(nameLength) + Int(extraLength)
  }

  private static func checkApart(_ members: [Member], _ entries: [ZipDirectory.Entry], path: String) throws(FileError) {
    var position = 0
    for index in members.indices.sorted(by: { entries[$0].offset < entries[$1].offset }) {
      guard entries[index].offset >= position else {
        throw FileError(
          file: path, item: members[index].name, found: "an overlap: it starts at byte \(entries[index].offset)",
          expected: "byte \(position) or later, where the member before it ends")
      }
      position = members[index].packed.upperBound
    }
  }
}
