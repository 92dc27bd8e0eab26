import Files

/// A ZIP archive's central directory, at the end of the file.
struct ZipDirectory {
  struct Entry {
    var name: String
    /// Of the local header.
    var offset: Int
    var size: Int
  }

  let entries: [Entry]
  /// Of the file.
  let range: Range<Int>

  private static let wide32 = Int(UInt32.max)

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
        file: reader.file, item: "directory", found: "\(reader.left) bytes behind the last entry", expected: "none")
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
    _ = try reader.run(8, item)  // time, date, checksum
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
    guard let name, !name.isEmpty, nameLength <= ZipArchive.longestName, !name.contains("\0") else {
      throw FileError(
        file: reader.file, item: item, found: "a name of \(nameLength) bytes",
        expected: "UTF-8 of 1 to \(ZipArchive.longestName) bytes without NUL")
    }
    try checkStored(name, flags: flags, method: method, file: reader.file)
    // In this order the wide numbers stand in the ZIP64 field, each only where its narrow one is at its limit.
    var wide = ZipWideNumbers(extra: ByteReader(extra, file: reader.file), name: name)
    let fullSize = try wide.value(size)
    let fullPacked = try wide.value(packed)
    let fullOffset = try wide.value(offset)
    guard fullSize == fullPacked else {
      throw FileError(
        file: reader.file, item: name, found: "\(fullPacked) bytes stored", expected: "\(fullSize), as it is stored")
    }
    return Entry(name: name, offset: fullOffset, size: fullSize)
  }

  private static func checkStored(_ name: String, flags: UInt16, method: UInt16, file: String) throws(FileError) {
    guard flags & 0x2041 == 0 else {
      throw FileError(file: file, item: name, found: "an encrypted member", expected: "a stored one")
    }
    guard method == 0 else {
      let found = method == 8 ? "a deflated member" : "a member of method \(method)"
      throw FileError(
        file: file, item: name, found: found, expected: "a stored one, without compression (numpy.savez writes such)")
    }
  }
}

/// Numbers of 64 bits in a directory entry's ZIP64 field, for those that 32 bits do not hold.
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

  /// Extra data are fields of u16 tag, u16 length, content; tag 1 is ZIP64's. Alignment padding may follow them.
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
