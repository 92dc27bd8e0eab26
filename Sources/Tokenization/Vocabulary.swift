import Files
import JSON

/// The pieces of one side of a model and their ids, from `vocab.json` or Marian's `vocab.yml`.
struct Vocabulary: Sendable {
  /// One more than the highest id, four times the largest vocabularies in use.
  static let maxSize = 1 << 20

  /// Pieces by id; nil if no piece has the id.
  let pieces: PieceTexts
  private let index: PieceIndex

  /// - Throws: `FileError` if the file is no such list, an id is out of range, or an id or piece is given twice.
  init(_ file: InputFile) throws {
    let (bytes, path) = (try file.tokenizerBytes(), file.path)
    if path.hasSuffix(".yml") || path.hasSuffix(".yaml") {
      try self.init(entries: VocabularyList(bytes: bytes, file: path).entries(), file: path)
    } else {
      try self.init(bytes: bytes, file: path)
    }
  }

  init(bytes: [UInt8], file: String) throws {
    try self.init(entries: VocabularyParser.entries(bytes, file: file), file: file)
  }

  init(entries: [(piece: String, id: Int)], file: String) throws {
    guard !entries.isEmpty else { throw Self.empty(file) }
    var list: [String?] = []
    for entry in entries {
      guard (0..<Self.maxSize).contains(entry.id) else {
        throw FileError(
          file: file, item: "piece \"\(entry.piece)\"", found: "id \(entry.id)", expected: "0 to \(Self.maxSize - 1)")
      }
      if entry.id >= list.count { list.append(contentsOf: repeatElement(nil, count: entry.id + 1 - list.count)) }
      if let other = list[entry.id] {
        throw FileError(
          file: file, item: "piece \"\(entry.piece)\"", found: "id \(entry.id), that of \"\(other)\" too",
          expected: "an id of its own")
      }
      list[entry.id] = entry.piece
    }
    pieces = PieceTexts(list)
    var index = PieceIndex(capacity: entries.count)
    for entry in entries {
      guard let first = index.insert(entry.id, pieces) else { continue }
      let ids = [Int(first), entry.id].sorted()
      throw FileError(
        file: file, item: "piece \"\(entry.piece)\"", found: "ids \(ids[0]) and \(ids[1])", expected: "one id")
    }
    self.index = index
  }

  /// The pieces of a list, in which the first of equal pieces counts.
  /// - Parameter unknown: a piece that is appended if the list lacks it.
  init(list: [String], appending unknown: String, file: String) throws {
    guard list.count < Self.maxSize else {
      throw FileError(file: file, item: "vocabulary", found: "\(list.count) pieces", expected: "below \(Self.maxSize)")
    }
    guard !list.isEmpty else { throw Self.empty(file) }
    let isKnown = list.contains { $0.utf8.elementsEqual(unknown.utf8) }
    pieces = PieceTexts((isKnown ? list : list + [unknown]).lazy.map(Optional.some))
    var index = PieceIndex(capacity: pieces.count)
    for id in 0..<pieces.count { _ = index.insert(id, pieces) }
    self.index = index
  }

  private static func empty(_ file: String) -> FileError {
    FileError(file: file, item: "vocabulary", found: "no pieces", expected: "at least one")
  }

  /// One more than the highest id.
  var size: Int { pieces.count }

  func id(of piece: String) -> Int32? { index.id(of: piece, pieces) }

  func piece(_ id: Int32) -> String? { pieces[Int(id)] }
}

/// The parser of `vocab.json`: one JSON object of strings and whole numbers, perhaps after a byte order mark.
///
/// The entries are a list, not a dictionary. Pieces can differ in their normal form alone, which Swift's strings call
/// equal, and a piece that is given twice has to be noticed.
enum VocabularyParser {
  /// - Throws: `FileError` that names the first wrong byte.
  static func entries(_ bytes: [UInt8], file: String) throws -> [(piece: String, id: Int)] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let start = bytes.starts(with: mark) ? mark.count : 0
    do {
      return try bytes.withUnsafeBytes { try entries(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    } catch let error as JSONError {
      throw FileError(
        file: file, item: "byte \(start + error.offset)", found: error.found, expected: error.expected)
    }
  }

  private static func entries(_ bytes: UnsafeRawBufferPointer) throws -> [(piece: String, id: Int)] {
    var result: [(piece: String, id: Int)] = []
    var scanner = JSONScanner(bytes)
    try scanner.object { scanner, piece in result.append((piece, try scanner.integer())) }
    try scanner.end()
    return result
  }
}

/// The parser of Marian's `vocab.yml`: a piece, a colon and its id per line, as in `▁the: 3`. The piece is plain or in
/// quotes, with the escapes of YAML 1.2 (5.7) between double quotes.
///
/// It is no general YAML decoder: these files contain nothing else, and pieces stay the same byte for byte.
struct VocabularyList {
  private let lines: [ArraySlice<UInt8>]
  private let file: String

  init(bytes: [UInt8], file: String) {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    self.file = file
  }

  /// - Throws: `FileError` that names the first line that is no piece with its id.
  func entries() throws -> [(piece: String, id: Int)] {
    var entries: [(piece: String, id: Int)] = []
    for (index, line) in lines.enumerated() {
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if line.allSatisfy({ $0 == UInt8(ascii: " ") }) || line.first == UInt8(ascii: "#")
        || line.elementsEqual("---".utf8)
      {
        continue
      }
      guard let entry = Self.entry(line), let piece = String(validating: entry.piece, as: UTF8.self) else {
        throw FileError(
          file: file, item: "line \(index + 1)", found: "\"\(String(decoding: line.prefix(60), as: UTF8.self))\"",
          expected: "a piece, a colon and its id")
      }
      entries.append((piece, entry.id))
    }
    return entries
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> (piece: [UInt8], id: Int)? {
    var rest = line
    let piece: [UInt8]?
    switch rest.first {
    case UInt8(ascii: "\""):
      rest.removeFirst()
      piece = doubleQuoted(&rest)
    case UInt8(ascii: "'"):
      rest.removeFirst()
      piece = singleQuoted(&rest)
    default: piece = plain(&rest)
    }
    guard let piece, rest.popFirst() == UInt8(ascii: ":"), rest.first == UInt8(ascii: " "),
      let id = Int(String(decoding: rest, as: UTF8.self).filter { $0 != " " })
    else { return nil }
    return (piece, id)
  }

  /// The bytes before the last colon that a space follows: a piece can have colons of its own.
  private static func plain(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let colon = rest.indices.dropLast().last { rest[$0] == UInt8(ascii: ":") && rest[$0 + 1] == UInt8(ascii: " ") }
    guard let colon, colon > rest.startIndex else { return nil }
    defer { rest = rest[colon...] }
    return Array(rest[..<colon])
  }

  /// The bytes between single quotes, in which two quotes mean one.
  private static func singleQuoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var piece: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "'") {
        guard rest.first == byte else { return piece }
        rest.removeFirst()
      }
      piece.append(byte)
    }
    return nil
  }

  private static func doubleQuoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    var piece: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return piece
      case UInt8(ascii: "\\"):
        guard let scalar = escaped(&rest) else { return nil }
        piece.append(contentsOf: String(scalar).utf8)
      default: piece.append(byte)
      }
    }
    return nil
  }

  private static func escaped(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let byte = rest.popFirst() else { return nil }
    switch byte {
    case UInt8(ascii: "x"): return hexadecimal(&rest, digits: 2)
    case UInt8(ascii: "u"): return hexadecimal(&rest, digits: 4)
    case UInt8(ascii: "U"): return hexadecimal(&rest, digits: 8)
    default: return escapes[byte]
    }
  }

  private static func hexadecimal(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Unicode.Scalar? {
    let text = rest.prefix(digits)
    rest = rest.dropFirst(digits)
    guard text.count == digits, text.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    return UInt32(String(decoding: text, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init)
  }

  private static let escapes: [UInt8: Unicode.Scalar] = [
    UInt8(ascii: "0"): "\0", UInt8(ascii: "a"): "\u{7}", UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "t"): "\t",
    UInt8(ascii: "n"): "\n", UInt8(ascii: "v"): "\u{B}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "r"): "\r",
    UInt8(ascii: "e"): "\u{1B}", UInt8(ascii: "\""): "\"", UInt8(ascii: "/"): "/", UInt8(ascii: "\\"): "\\",
    UInt8(ascii: " "): " ", UInt8(ascii: "N"): "\u{85}", UInt8(ascii: "_"): "\u{A0}", UInt8(ascii: "L"): "\u{2028}",
    UInt8(ascii: "P"): "\u{2029}",
  ]
}
