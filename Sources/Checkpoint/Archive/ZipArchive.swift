import Files

/// The stored members of a ZIP archive, each checked to lie inside the file and beside the others.
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

  let file: InputFile
  /// In the order of the central directory; names are unique.
  let members: [Member]

  static let mostMembers = 1 << 16
  static let longestName = 1 << 12

  init(path: String) throws {
    file = try InputFile(path: path)
    members = try Self.members(ZipDirectory(file), of: file)
  }

  /// Finds the bytes behind each local header, which has to agree with the directory.
  private static func members(_ directory: ZipDirectory, of file: InputFile) throws -> [Member] {
    // Only the directory lies behind the members, so that none reaches into it.
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
      guard entry.size <= end - start else {
        throw FileError(
          file: file.path, item: entry.name, found: "\(entry.size) bytes at byte \(start)",
          expected: "at most the \(max(0, end - start)) bytes that follow")
      }
      return Member(name: entry.name, range: start..<start + entry.size)
    }
    try checkApart(members, directory.entries, path: file.path)
    return members
  }

  /// Bytes of a local header without its name and extra data.
  private static let headerSize = 30

  private static func headerLength(
    of entry: ZipDirectory.Entry, _ reader: inout ByteReader
  ) throws(FileError) -> Int {
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
    guard Int(nameLength) == entry.name.utf8.count,
      reader.slice(try reader.run(Int(nameLength), entry.name)).elementsEqual(entry.name.utf8)
    else { throw error("another name in its local header", "the same name") }
    return headerSize + Int(nameLength) + Int(extraLength)
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
