import Files

/// The record that a ZIP archive ends with, or the ZIP64 one that it points to.
struct ZipEndRecord {
  let entries: Int
  /// Of the file: the central directory, which ends where the record starts.
  let directory: Range<Int>

  private static let size = 22
  private static let longestComment = Int(UInt16.max)

  init(_ reader: ByteReader) throws(FileError) {
    let start = try Self.find(reader)
    if let wide = try Self.wideRecord(reader, end: start) {
      (entries, directory) = wide
      return
    }
    var record = ByteReader(reader.bytes, file: reader.file, offset: start + 4)
    let part = try record.integer(UInt16.self, "end record")
    let directoryPart = try record.integer(UInt16.self, "end record")
    let entriesHere = try record.integer(UInt16.self, "end record")
    let entries = try record.integer(UInt16.self, "end record")
    let size = try record.integer(UInt32.self, "end record")
    let offset = try record.integer(UInt32.self, "end record")
    guard part == 0, directoryPart == 0, entriesHere == entries else {
      throw Self.error(reader, "an archive in several parts", "one part")
    }
    (self.entries, directory) = try Self.checked(
      reader, entries: UInt64(entries), size: UInt64(size), offset: UInt64(offset), end: start)
  }

  /// The last position whose signature and comment length fit the end of the file.
  private static func find(_ reader: ByteReader) throws(FileError) -> Int {
    let bytes = reader.bytes
    var start = bytes.count - size
    let first = max(0, start - longestComment)
    while start >= first {
      if bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self) == UInt32(littleEndian: 0x0605_4B50) {
        let comment = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 20, as: UInt16.self))
        if start + size + Int(comment) == bytes.count { return start }
      }
      start -= 1
    }
    throw FileError(
      file: reader.file, item: "file", found: "no end of a ZIP archive in \(bytes.count) bytes",
      expected: "a ZIP archive, uncut")
  }

  /// PyTorch writes the ZIP64 record whether it is needed or not, and then it is the one that the directory ends at.
  /// - Parameter end: where the ordinary record starts; a locator in the 20 bytes before it points to the ZIP64 one.
  /// - Returns: nil where there is no locator.
  private static func wideRecord(_ reader: ByteReader, end: Int) throws(FileError) -> (Int, Range<Int>)? {
    let item = "ZIP64 end record"
    guard end >= 20 else { return nil }
    var locator = ByteReader(reader.bytes, file: reader.file, offset: end - 20)
    guard try locator.integer(UInt32.self, item) == 0x0706_4B50 else { return nil }
    _ = try locator.run(4, item)  // part
    let position = try locator.integer(UInt64.self, item)
    guard position <= UInt64(end - 20) else {
      throw error(reader, "a ZIP64 record at byte \(position)", "one before its locator")
    }
    var record = ByteReader(reader.slice(0..<end - 20), file: reader.file, offset: Int(position))
    let recordSignature = try record.integer(UInt32.self, item)
    guard recordSignature == 0x0606_4B50 else { throw error(reader, "another signature", "PK\\6\\6") }
    _ = try record.run(20, item)  // size of the record, versions, parts
    let entriesHere = try record.integer(UInt64.self, item)
    let entries = try record.integer(UInt64.self, item)
    let size = try record.integer(UInt64.self, item)
    let offset = try record.integer(UInt64.self, item)
    guard entriesHere == entries else { throw error(reader, "an archive in several parts", "one part") }
    return try checked(reader, entries: entries, size: size, offset: offset, end: Int(position))
  }

  private static func checked(
    _ reader: ByteReader, entries: UInt64, size: UInt64, offset: UInt64, end: Int
  ) throws(FileError) -> (Int, Range<Int>) {
    let (sum, overflow) = offset.addingReportingOverflow(size)
    guard !overflow, sum == UInt64(end) else {
      throw error(reader, "a directory of \(size) bytes at byte \(offset)", "one that ends at byte \(end)")
    }
    let smallestEntry: UInt64 = 47
    guard entries <= min(UInt64(ZipArchive.mostMembers), size / smallestEntry) else {
      throw error(
        reader, "\(entries) members", "at most \(ZipArchive.mostMembers), in a directory of \(size) bytes")
    }
    return (Int(entries), Int(offset)..<end)
  }

  private static func error(_ reader: ByteReader, _ found: String, _ expected: String) -> FileError {
    FileError(file: reader.file, item: "end record", found: found, expected: expected)
  }
}
