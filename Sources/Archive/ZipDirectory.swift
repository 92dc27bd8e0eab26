import Files

/// A ZIP archive's central directory, at the end of the file.
struct ZipDirectory {
  struct Entry {
    var name: String
    /// Position of the local header in the file.
    var offset: Int
    var method: UInt16
    /// Time and date of the last change, as MS-DOS has them.
    var modified: UInt32
    /// CRC-32 of the content.
    var checksum: UInt32
    /// Bytes of the content.
    var size: Int
    /// Bytes of the content as it is stored, perhaps deflated.
    var packedSize: Int
  }

  static let maxMembers = 1 << 16
  private static let maxNameLength = 1 << 12

  let entries: [Entry]
  /// Bytes of the file that hold the directory.
  let range: Range<Int>

  init(_ file: InputFile) throws {
    let end = try ZipEndRecord(file)
    range = end.directory
    entries = try file.withBytes(range) { bytes in
      try Self.entries(end.entries, ByteReader(bytes, file: file.path, start: end.directory.lowerBound))
    }
  }

  private static func entries(_ count: Int, _ reader: ByteReader) throws(FileError) -> [Entry] {
    var reader = reader
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    var names: Set<String> = []
    for _ in 0..<count {
      let entry = try Self.entry(&reader)
      guard names.insert(entry.name).inserted else {
        throw FileError(file: reader.file, item: entry.name, found: "the name twice", expected: "every name once")
      }
      entries.append(entry)
    }
    guard reader.left == 0 else {
      throw FileError(
        file: reader.file, item: "directory", found: "\(reader.left) bytes after the last entry", expected: "none")
    }
    return entries
  }

  private static func entry(_ reader: inout ByteReader) throws(FileError) -> Entry {
    let item = "directory entry at byte \(reader.position)"
    let signature = try reader.integer(UInt32.self, item)
    guard signature == 0x0201_4B50 else {
      throw FileError(file: reader.file, item: item, found: "another signature", expected: "PK\\1\\2")
    }
    _ = try reader.run(4, item)  // versions
    let flags = try reader.integer(UInt16.self, item)
    let method = try reader.integer(UInt16.self, item)
    let modified = try reader.integer(UInt32.self, item)
    let checksum = try reader.integer(UInt32.self, item)
    let packed = try reader.integer(UInt32.self, item)
    let size = try reader.integer(UInt32.self, item)
    let nameLength = Int(try reader.integer(UInt16.self, item))
    let extraLength = Int(try reader.integer(UInt16.self, item))
    let commentLength = Int(try reader.integer(UInt16.self, item))
    _ = try reader.run(8, item)  // first part, attributes
    let offset = try reader.integer(UInt32.self, item)
    let name = reader.text(try reader.run(nameLength, item))
    let extra = reader.slice(try reader.run(extraLength, item))
    _ = try reader.run(commentLength, item)
    guard let name, !name.isEmpty, nameLength <= maxNameLength, !name.contains("\0") else {
      throw FileError(
        file: reader.file, item: item, found: "a name of \(nameLength) bytes",
        expected: "UTF-8 of 1 to \(maxNameLength) bytes without NUL")
    }
    // Bits 0, 6 and 13: encryption, strong encryption, masked local headers.
    guard flags & 0x2041 == 0 else {
      throw FileError(file: reader.file, item: name, found: "an encrypted member", expected: "one without encryption")
    }
    // The ZIP64 field has the wide numbers in this order, each only if its narrow one is at its limit.
    var wide = ZipWideNumbers(extra: ByteReader(extra, file: reader.file), name: name)
    let fullSize = try wide.value(size)
    let fullPacked = try wide.value(packed)
    let fullOffset = try wide.value(offset)
    guard method != 0 || fullSize == fullPacked else {
      throw FileError(
        file: reader.file, item: name, found: "\(fullPacked) bytes stored", expected: "\(fullSize), as it is stored")
    }
    return Entry(
      name: name, offset: fullOffset, method: method, modified: modified, checksum: checksum, size: fullSize,
      packedSize: fullPacked)
  }
}

/// Numbers of 64 bits in a directory entry's ZIP64 field, for numbers that 32 bits do not hold.
struct ZipWideNumbers {
  private var field: ByteReader
  private let name: String

  init(extra: ByteReader, name: String) {
    self.name = name
    field = Self.wideField(extra) ?? ByteReader(extra.slice(0..<0), file: extra.file)
  }

  mutating func value(_ narrow: UInt32) throws(FileError) -> Int {
    guard narrow == .max else { return Int(narrow) }
    let wide = try field.integer(UInt64.self, "\(name), ZIP64 field")
    guard let value = Int(exactly: wide) else {
      throw FileError(file: field.file, item: name, found: "\(wide)", expected: "a number within the file")
    }
    return value
  }

  /// Finds the ZIP64 field, tag 1. Extra data are fields of u16 tag, u16 length and content, perhaps with padding after
  /// them.
  private static func wideField(_ extra: ByteReader) -> ByteReader? {
    var extra = extra
    while extra.left >= 4 {
      guard let tag = try? extra.integer(UInt16.self, ""), let length = try? extra.integer(UInt16.self, ""),
        let content = try? extra.run(Int(length), "")
      else { return nil }
      if tag == 1 { return ByteReader(extra.slice(content), file: extra.file) }
    }
    return nil
  }
}

/// The record that a ZIP archive ends with, or the ZIP64 one that it points to.
struct ZipEndRecord {
  let entries: Int
  /// Bytes of the file that hold the central directory, which ends at the start of the record.
  let directory: Range<Int>

  private static let size = 22
  /// Bytes of the ZIP64 record that are read, and of its locator.
  private static let wideSize = 56
  private static let locatorSize = 20
  private static let wideItem = "ZIP64 end record"
  private static let maxCommentLength = Int(UInt16.max)

  init(_ file: InputFile) throws {
    let tail = max(0, file.count - Self.size - Self.maxCommentLength - Self.locatorSize)..<file.count
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

  /// The numbers that either record gives of the directory.
  private struct Numbers {
    var entries: UInt64
    var size: UInt64
    var offset: UInt64
  }

  /// The last position whose signature and comment length fit the end of the file.
  private static func find(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(FileError) -> Int {
    var start = bytes.count - size
    let first = max(0, start - maxCommentLength)
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
    guard numbers.entries <= min(UInt64(ZipDirectory.maxMembers), numbers.size / smallestEntry) else {
      throw error(
        path, "\(numbers.entries) members",
        "at most \(ZipDirectory.maxMembers), in a directory of \(numbers.size) bytes")
    }
    return (Int(numbers.entries), Int(numbers.offset)..<end)
  }

  private static func error(_ path: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: path, item: "end record", found: found, expected: expected)
  }
}
