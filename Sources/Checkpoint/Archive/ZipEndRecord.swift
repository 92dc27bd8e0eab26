import Files

/// The record that a ZIP archive ends with, or the ZIP64 one that it points to.
struct ZipEndRecord {
  let entries: Int
  /// Of the file: the central directory, which ends where the record starts.
  let directory: Range<Int>

  private static let size = 22
  /// Bytes of the ZIP64 record that are read, and of its locator.
  private static let wideSize = 56
  private static let locatorSize = 20
  private static let wideItem = "ZIP64 end record"
  private static let longestComment = Int(UInt16.max)

  init(_ file: InputFile) throws {
    let tail = max(0, file.count - Self.size - Self.longestComment - Self.locatorSize)..<file.count
    let (start, locator, record) = try file.withBytes(tail) { bytes in
      let end = try Self.find(bytes, file.path)
      let reader = ByteReader(bytes, file: file.path, start: tail.lowerBound)
      return (tail.lowerBound + end, try Self.wideRecordPosition(reader, end: end), try Self.read(reader, end: end))
    }
    guard let locator else {
      (entries, directory) = try Self.checked(file.path, record, end: start)
      return
    }
    let end = start - Self.locatorSize
    guard locator <= UInt64(end) else {
      throw Self.error(file.path, "a ZIP64 record at byte \(locator)", "one before its locator")
    }
    let position = Int(locator)
    let wide = try file.withBytes(position..<min(end, position + Self.wideSize)) { bytes in
      try Self.readWide(ByteReader(bytes, file: file.path, start: position))
    }
    (entries, directory) = try Self.checked(file.path, wide, end: position)
  }

  /// What either record says of the directory.
  private struct Numbers {
    var entries: UInt64
    var size: UInt64
    var offset: UInt64
  }

  /// The last position whose signature and comment length fit the end of the file.
  private static func find(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(FileError) -> Int {
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
      file: path, item: "file", found: "no end of a ZIP archive in its last \(bytes.count) bytes",
      expected: "a ZIP archive, uncut")
  }

  private static func read(_ reader: ByteReader, end: Int) throws(FileError) -> Numbers {
    var record = ByteReader(reader.bytes, file: reader.file, offset: end + 4)
    let part = try record.integer(UInt16.self, "end record")
    let directoryPart = try record.integer(UInt16.self, "end record")
    let entriesHere = try record.integer(UInt16.self, "end record")
    let entries = try record.integer(UInt16.self, "end record")
    let size = try record.integer(UInt32.self, "end record")
    let offset = try record.integer(UInt32.self, "end record")
    guard part == 0, directoryPart == 0, entriesHere == entries else {
      throw error(reader.file, "an archive in several parts", "one part")
    }
    return Numbers(entries: UInt64(entries), size: UInt64(size), offset: UInt64(offset))
  }

  /// Position of the ZIP64 record in the file, from the locator before the ordinary record; nil without a locator.
  ///
  /// PyTorch writes the ZIP64 record whether it is needed or not, and then it is the one that the directory ends at.
  private static func wideRecordPosition(_ reader: ByteReader, end: Int) throws(FileError) -> UInt64? {
    guard end >= locatorSize else { return nil }
    var locator = ByteReader(reader.bytes, file: reader.file, offset: end - locatorSize)
    guard try locator.integer(UInt32.self, wideItem) == 0x0706_4B50 else { return nil }
    _ = try locator.run(4, wideItem)  // part
    return try locator.integer(UInt64.self, wideItem)
  }

  private static func readWide(_ reader: ByteReader) throws(FileError) -> Numbers {
    var record = reader
    let signature = try record.integer(UInt32.self, wideItem)
    guard signature == 0x0606_4B50 else { throw error(reader.file, "another signature", "PK\\6\\6") }
    _ = try record.run(20, wideItem)  // size of the record, versions, parts
    let entriesHere = try record.integer(UInt64.self, wideItem)
    let entries = try record.integer(UInt64.self, wideItem)
    let size = try record.integer(UInt64.self, wideItem)
    let offset = try record.integer(UInt64.self, wideItem)
    guard entriesHere == entries else { throw error(reader.file, "an archive in several parts", "one part") }
    return Numbers(entries: entries, size: size, offset: offset)
  }

  /// - Parameter end: position of the record that the numbers are from, which the directory ends at.
  private static func checked(
    _ path: String, _ numbers: Numbers, end: Int
  ) throws(FileError) -> (Int, Range<Int>) {
    let (sum, overflow) = numbers.offset.addingReportingOverflow(numbers.size)
    guard !overflow, sum == UInt64(end) else {
      throw error(
        path, "a directory of \(numbers.size) bytes at byte \(numbers.offset)", "one that ends at byte \(end)")
    }
    let smallestEntry: UInt64 = 47
    guard numbers.entries <= min(UInt64(ZipArchive.mostMembers), numbers.size / smallestEntry) else {
      throw error(
        path, "\(numbers.entries) members",
        "at most \(ZipArchive.mostMembers), in a directory of \(numbers.size) bytes")
    }
    return (Int(numbers.entries), Int(numbers.offset)..<end)
  }

  private static func error(_ path: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: path, item: "end record", found: found, expected: expected)
  }
}
