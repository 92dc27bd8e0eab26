import Files

/// The stored members of a mapped ZIP archive, each checked to lie inside the file and beside the others.
///
/// Format: PKWARE's APPNOTE.TXT, with ZIP64. Compressed or encrypted members, archives in several parts and anything
/// before or behind the archive are refused. The checksums of the members are not verified: that would read all weights
/// at every start.
struct ZipArchive {
  struct Member {
    var name: String
    /// Of the file: the member's bytes.
    var range: Range<Int>
  }

  let file: MappedFile
  /// In the order of the central directory; names are unique.
  let members: [Member]

  static let mostMembers = 1 << 16
  static let longestName = 1 << 12

  init(path: String) throws {
    let file = try MappedFile(path: path)
    self.file = file
    members = try file.withBytes { bytes in
      let directory = try ZipDirectory(ByteReader(bytes, file: path))
      return try Self.members(directory, in: bytes, path: path)
    }
  }

  /// Finds the bytes behind each local header, which has to agree with the directory.
  private static func members(
    _ directory: ZipDirectory, in bytes: UnsafeRawBufferPointer, path: String
  ) throws(FileError) -> [Member] {
    var members: [Member] = []
    members.reserveCapacity(directory.entries.count)
    // Only the directory lies behind the members, so nothing may reach into it.
    let body = UnsafeRawBufferPointer(rebasing: bytes[..<directory.range.lowerBound])
    for entry in directory.entries {
      guard entry.offset <= body.count else {
        throw FileError(
          file: path, item: entry.name, found: "a header at byte \(entry.offset)",
          expected: "one before the directory, byte \(body.count)")
      }
      var reader = ByteReader(body, file: path, offset: entry.offset)
      try skipHeader(of: entry, &reader)
      members.append(Member(name: entry.name, range: try reader.run(entry.size, entry.name)))
    }
    try checkApart(members, directory.entries, path: path)
    return members
  }

  private static func skipHeader(
    of entry: ZipDirectory.Entry, _ reader: inout ByteReader
  ) throws(FileError) {
    func error(_ found: String, _ expected: String) -> FileError {
      FileError(file: reader.file, item: entry.name, found: found, expected: expected)
    }
    let signature = try reader.integer(UInt32.self, entry.name)
    guard signature == 0x0403_4B50 else { throw error("no local header at byte \(entry.offset)", "one") }
    _ = try reader.run(4, entry.name)  // version, flags
    let method = try reader.integer(UInt16.self, entry.name)
    guard method == 0 else { throw error("method \(method) in its local header", "0, stored") }
    _ = try reader.run(16, entry.name)  // time, date, checksum, sizes: the directory's are the ones that count
    let nameLength = try reader.integer(UInt16.self, entry.name)
    let extraLength = try reader.integer(UInt16.self, entry.name)
    let name = reader.slice(try reader.run(Int(nameLength), entry.name))
    guard name.elementsEqual(entry.name.utf8) else { throw error("another name in its local header", "the same name") }
    _ = try reader.run(Int(extraLength), entry.name)
  }

  private static func checkApart(
    _ members: [Member], _ entries: [ZipDirectory.Entry], path: String
  ) throws(FileError) {
    var position = 0
    for index in members.indices.sorted(by: { entries[$0].offset < entries[$1].offset }) {
      guard entries[index].offset >= position else {
        throw FileError(
          file: path, item: members[index].name, found: "an overlap: it starts at byte \(entries[index].offset)",
          expected: "byte \(position) or later, where the member before it ends")
      }
      position = members[index].range.upperBound
    }
  }
}
