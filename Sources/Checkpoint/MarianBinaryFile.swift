import Files

/// A model in Marian's binary container (`.bin`, version 1).
///
/// The format is little-endian. A u64 version and a u64 count are followed by one record per item. A record is four
/// u64: length of the name with its closing NUL, type, rank, bytes of payload. Then come all names, all shapes as int32,
/// a u64 filler length and the filler. The payloads fill the rest of the file without a gap.
/// Source: Marian's `src/common/binary.cpp`.
package struct MarianBinaryFile: IndexedTensors {
  /// The tensors; the options are found by name alone.
  let index: TensorIndex

  /// The item that holds the model's options, as YAML.
  package static let optionsItem = "special:model.yml"
  static let version: UInt64 = 1
  static let maxItems = 1 << 16
  static let maxNameLength = 1 << 12
  static let maxDimensions = 8

  package init(path: String) throws { try self.init(InputFile(path: path)) }

  /// - Throws: `FileError` for the first error in the file.
  package init(_ file: InputFile) throws {
    let tensors = try MarianBinaryHeader.items(of: file).map {
      StoredTensor(name: $0.name, type: $0.type, shape: $0.shape, file: file, range: $0.range)
    }
    index = try TensorIndex(tensors, unlisted: Self.optionsItem, path: file.path)
  }
}

/// The table of contents of a Marian `.bin`, with every item checked against the size of the file.
struct MarianBinaryHeader {
  struct Item {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// Bytes of the file that hold the content. The slack that rounds a payload up holds garbage.
    var range: Range<Int>
  }

  /// The part of the file after the tables; its bytes are not read here.
  private struct Payload {
    var position: Int
    let fileSize: Int
    let file: String

    var left: Int { fileSize - position }

    mutating func run(_ count: Int, _ item: String) throws(FileError) -> Range<Int> {
      guard count <= left else {
        throw FileError(
          file: file, item: item, found: "\(count) bytes at byte \(position)",
          expected: "at most the \(left) bytes that follow")
      }
      defer { position += count }
      return position..<position + count
    }
  }

  private struct Record {
    var nameLength: Int
    var type: UInt64
    var rank: Int
    var payload: Int
  }

  static func items(of file: InputFile) throws -> [Item] {
    let count = try read(file, upTo: 2 * wordSize) { (header) throws(FileError) in try header.readCount(file.count) }
    let recordsEnd = 2 * wordSize + count * recordSize
    let records = try read(file, upTo: recordsEnd) { (header) throws(FileError) in try header.readRecords(file.count) }
    let tables = records.reduce(wordSize) { $0 + $1.nameLength + MemoryLayout<Int32>.size * $1.rank }
    return try read(file, upTo: recordsEnd + tables) { (header) throws(FileError) in
      _ = try header.reader.run(recordsEnd, "records")
      return try header.readItems(records, file.count)
    }
  }

  private var reader: ByteReader

  /// Reads the start of the file, up to `end` or the end of the file.
  private static func read<Result>(
    _ file: InputFile, upTo end: Int, _ body: (inout MarianBinaryHeader) throws(FileError) -> Result
  ) throws -> Result {
    try file.withBytes(0..<min(end, file.count)) { bytes in
      var header = MarianBinaryHeader(reader: ByteReader(bytes, file: file.path))
      return try body(&header)
    }
  }

  private static let wordSize = MemoryLayout<UInt64>.size
  private static let recordSize = 4 * wordSize

  // MARK: Parts

  private mutating func readCount(_ fileSize: Int) throws(FileError) -> Int {
    let version = try reader.integer(UInt64.self, "version")
    guard version == MarianBinaryFile.version else {
      throw error("version", "\(version)", "\(MarianBinaryFile.version)")
    }
    let count = try length("number of items")
    let left = fileSize - reader.offset
    guard count <= min(MarianBinaryFile.maxItems, left / Self.recordSize) else {
      throw error(
        "number of items", "\(count)",
        "at most \(MarianBinaryFile.maxItems), and records of \(Self.recordSize) bytes in the \(left) that follow")
    }
    return count
  }

  private mutating func readRecords(_ fileSize: Int) throws(FileError) -> [Record] {
    let count = try readCount(fileSize)
    var records: [Record] = []
    records.reserveCapacity(count)
    for index in 0..<count { records.append(try readRecord(index)) }
    return records
  }

  private mutating func readItems(_ records: [Record], _ fileSize: Int) throws(FileError) -> [Item] {
    let names = try records.map { (record) throws(FileError) in try readName(record) }
    var shapes: [[Int]] = []
    shapes.reserveCapacity(records.count)
    for (record, name) in zip(records, names) { shapes.append(try readShape(record, name)) }
    let filler = try length("filler length")
    var payload = Payload(position: reader.offset, fileSize: fileSize, file: reader.file)
    _ = try payload.run(filler, "filler")
    var items: [Item] = []
    items.reserveCapacity(records.count)
    for (index, record) in records.enumerated() {
      items.append(try readItem(record, names[index], shapes[index], &payload))
    }
    guard payload.left == 0 else {
      throw error("file", "\(payload.left) bytes after the last item", "no more than the items")
    }
    return items
  }

  private mutating func readRecord(_ index: Int) throws(FileError) -> Record {
    let record = Record(
      nameLength: try length("item \(index), length of the name"),
      type: try reader.integer(UInt64.self, "item \(index), type"),
      rank: try length("item \(index), rank"), payload: try length("item \(index), bytes of payload"))
    guard (2...MarianBinaryFile.maxNameLength).contains(record.nameLength) else {
      throw error(
        "item \(index), length of the name", "\(record.nameLength)",
        "2 to \(MarianBinaryFile.maxNameLength) with the closing NUL")
    }
    guard (1...MarianBinaryFile.maxDimensions).contains(record.rank) else {
      throw error("item \(index), rank", "\(record.rank)", "1 to \(MarianBinaryFile.maxDimensions)")
    }
    return record
  }

  private mutating func readName(_ record: Record) throws(FileError) -> String {
    let range = try reader.run(record.nameLength, "name")
    let bytes = reader.slice(range)
    let nul = bytes.firstIndex(of: 0)
    guard nul == bytes.count - 1, let name = reader.text(range.lowerBound..<range.upperBound - 1) else {
      throw error("name at byte \(range.lowerBound)", "other bytes", "UTF-8 with one NUL, at its end")
    }
    return name
  }

  private mutating func readShape(_ record: Record, _ name: String) throws(FileError) -> [Int] {
    var shape: [Int] = []
    for _ in 0..<record.rank {
      let dimension = try reader.integer(Int32.self, "shape of \(name)")
      guard dimension >= 1 else { throw error(name, "dimension \(dimension)", "1 or more") }
      shape.append(Int(dimension))
    }
    return shape
  }

  private mutating func readItem(_ record: Record, _ name: String, _ shape: [Int], _ content: inout Payload)
    throws(FileError) -> Item
  {
    let type = try elementType(record.type, name)
    guard let size = ElementCount.bytes(shape, type, extra: type.isIntgemm ? QuantizedTensor.multiplierSize : 0) else {
      throw error(name, "shape \(shape)", "a size that fits 64 bits")
    }
    guard size <= record.payload else {
      throw error(name, "\(record.payload) bytes of payload", "at least \(size) for \(type.rawValue) \(shape)")
    }
    let start = try content.run(record.payload, name).lowerBound
    return Item(name: name, type: type, shape: shape, range: start..<start + size)
  }

  // MARK: Numbers

  /// Reads a u64 that counts something and has to fit an `Int`.
  private mutating func length(_ item: @autoclosure () -> String) throws(FileError) -> Int {
    let value = try reader.integer(UInt64.self, item())
    guard let length = Int(exactly: value) else { throw error(item(), "\(value)", "a number within the file") }
    return length
  }

  private func elementType(_ code: UInt64, _ name: String) throws(FileError) -> ElementType {
    switch code {
    case 0x0101: return .int8
    case 0x0102: return .int16
    case 0x0104: return .int32
    case 0x0108: return .int64
    case 0x0201: return .uint8
    case 0x0402: return .float16
    case 0x0404: return .float32
    case 0x0408: return .float64
    case 0x4101: return .intgemm8
    case 0x4102: return .intgemm16
    case 0x0802: throw unsupported(name, "packed16: a layout for FBGEMM")
    case 0x1801: throw unsupported(name, "packed8avx2: a layout for FBGEMM on AVX2")
    case 0x2801: throw unsupported(name, "packed8avx512: a layout for FBGEMM on AVX-512")
    default: throw unsupported(name, "type 0x\(String(code, radix: 16))")
    }
  }

  private func unsupported(_ name: String, _ found: String) -> FileError {
    error(name, found, "float16, float32, float64, int8 to int64, uint8 or intgemm8")
  }

  private func error(_ item: String, _ found: String, _ expected: String) -> FileError {
    FileError(file: reader.file, item: item, found: found, expected: expected)
  }
}
