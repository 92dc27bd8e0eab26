import Files

/// Reads Marian's `vocab.yml`: a piece, a colon and its id a line, as in `▁the: 3`. The piece is plain or in quotes, with
/// the escapes of YAML 1.2 (5.7) between double ones.
///
/// Not a general YAML decoder: nothing else occurs in these files, and pieces are kept byte for byte.
struct VocabularyList {
  private let lines: [ArraySlice<UInt8>]
  private let file: String

  init(bytes: [UInt8], file: String) {
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    lines = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    self.file = file
  }

  /// - Throws: `FileError` at the first line that is no piece with its id.
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

  /// Up to the last colon with a space behind it: a piece may have colons of its own.
  private static func plain(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let colon = rest.indices.dropLast().last { rest[$0] == UInt8(ascii: ":") && rest[$0 + 1] == UInt8(ascii: " ") }
    guard let colon, colon > rest.startIndex else { return nil }
    defer { rest = rest[colon...] }
    return Array(rest[..<colon])
  }

  /// Two quotes stand for one.
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
