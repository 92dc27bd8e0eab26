/// An object of a PDF file (ISO 32000-1, 7.3).
indirect enum PDFObject: Sendable, Equatable {
  case null
  case number(Double)
  case string([UInt8])
  case name(String)
  case array([PDFObject])
  case dictionary([String: PDFObject])
  /// The number of another object.
  case reference(Int)
  /// A dictionary and the bytes of the file after it.
  case stream([String: PDFObject], Range<Int>)
  /// A word of a content stream, such as `Tj`.
  case word(String)

  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var integer: Int? { number.flatMap { Int(exactly: $0.rounded(.towardZero)) } }
  var name: String? { if case .name(let name) = self { name } else { nil } }
  var bytes: [UInt8]? { if case .string(let bytes) = self { bytes } else { nil } }
  var array: [PDFObject]? { if case .array(let array) = self { array } else { nil } }

  var dictionary: [String: PDFObject]? {
    switch self {
    case .dictionary(let entries), .stream(let entries, _): entries
    default: nil
    }
  }
}

/// A reader of objects and of the words between them.
struct PDFLexer {
  /// Arrays and dictionaries within each other. Deeper ones are read as null.
  private static let maxDepth = 64

  let bytes: [UInt8]
  private(set) var index: Int
  private let end: Int

  init(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    index = start
    self.end = min(end ?? bytes.count, bytes.count)
  }

  /// Returns the next object; nil at the end, and at a sign that ends an array or a dictionary.
  mutating func next(depth: Int = 0) -> PDFObject? {
    skipSpace()
    guard index < end else { return nil }
    let byte = bytes[index]
    guard depth < Self.maxDepth || byte != UInt8(ascii: "[") && byte != UInt8(ascii: "<") else {
      index += 1
      return .null
    }
    switch byte {
    case UInt8(ascii: "/"): return .name(name())
    case UInt8(ascii: "("): return .string(literal())
    case UInt8(ascii: "["):
      index += 1
      return .array(list(until: UInt8(ascii: "]"), depth))
    case UInt8(ascii: "<"):
      guard index + 1 < end, bytes[index + 1] == byte else { return .string(hexadecimal()) }
      index += 2
      return .dictionary(dictionary(depth))
    case UInt8(ascii: "]"), UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "{"): return nil
    default: return wordOrNumber()
    }
  }

  /// Passes over a sign that `next` stopped at.
  mutating func skipSign() { if index < end { index += 1 } }

  var isAtEnd: Bool { index >= end }

  mutating func skipSpace() {
    while index < end {
      if bytes[index] == UInt8(ascii: "%") {
        while index < end, bytes[index] != 0x0A, bytes[index] != 0x0D { index += 1 }
      } else if Self.isSpace(bytes[index]) {
        index += 1
      } else {
        return
      }
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) && byte != 0x0B || byte == 0
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static let signs = Set("()<>[]{}/%".utf8)

  private static func isDelimiter(_ byte: UInt8) -> Bool { isSpace(byte) || signs.contains(byte) }

  /// Passes over `0 R` after the number of a reference.
  /// - Returns: false if something else follows, which is not passed over.
  mutating func takeReference() -> Bool {
    var place = index
    func passes(_ matches: (UInt8) -> Bool) -> Bool {
      let start = place
      while place < end, matches(bytes[place]) { place += 1 }
      return place > start
    }
    guard passes(Self.isSpace), passes(Self.isDigit), passes(Self.isSpace), place < end,
      bytes[place] == UInt8(ascii: "R"), place + 1 == end || Self.isDelimiter(bytes[place + 1])
    else { return false }
    index = place + 1
    return true
  }

  // MARK: Containers

  private mutating func list(until close: UInt8, _ depth: Int) -> [PDFObject] {
    var list: [PDFObject] = []
    while true {
      if let object = next(depth: depth + 1) {
        if object == .word("R"), list.count >= 2, let number = list[list.count - 2].integer {
          list.removeLast(2)
          list.append(.reference(number))
        } else {
          list.append(object)
        }
        continue
      }
      guard index < end else { break }
      let isClose = bytes[index] == close
      index += 1
      if isClose { break }
    }
    return list
  }

  private mutating func dictionary(_ depth: Int) -> [String: PDFObject] {
    let list = list(until: UInt8(ascii: ">"), depth)
    if index < end, bytes[index] == UInt8(ascii: ">") { index += 1 }
    var entries: [String: PDFObject] = [:]
    for place in stride(from: 0, to: list.count - 1, by: 2) {
      if let key = list[place].name { entries[key] = list[place + 1] }
    }
    return entries
  }

  // MARK: Simple objects

  private mutating func name() -> String {
    index += 1
    var name: [UInt8] = []
    while index < end, !Self.isDelimiter(bytes[index]) {
      if bytes[index] == UInt8(ascii: "#"), index + 2 < end, let high = Self.digit(bytes[index + 1]),
        let low = Self.digit(bytes[index + 2])
      {
        name.append(high << 4 | low)
        index += 3
      } else {
        name.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: name, as: UTF8.self)
  }

  private mutating func literal() -> [UInt8] {
    index += 1
    var (string, depth): ([UInt8], Int) = ([], 1)
    while index < end {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\\") {
        if let escaped = escape() { string.append(escaped) }
        continue
      }
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") { depth -= 1 }
      if depth == 0 { break }
      string.append(byte)
    }
    return string
  }

  private mutating func escape() -> UInt8? {
    guard index < end else { return nil }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case 0x0D:
      if index < end, bytes[index] == 0x0A { index += 1 }
      return nil
    case 0x0A: return nil
    case 0x30...0x37:
      var value = Int(byte - 0x30)
      for _ in 0..<2 where index < end && (0x30...0x37).contains(bytes[index]) {
        value = value * 8 + Int(bytes[index] - 0x30)
        index += 1
      }
      return UInt8(truncatingIfNeeded: value)
    default: return byte
    }
  }

  private mutating func hexadecimal() -> [UInt8] {
    index += 1
    var digits: [UInt8] = []
    while index < end, bytes[index] != UInt8(ascii: ">") {
      if let digit = Self.digit(bytes[index]) { digits.append(digit) }
      index += 1
    }
    index += 1
    if !digits.count.isMultiple(of: 2) { digits.append(0) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  private mutating func wordOrNumber() -> PDFObject {
    let start = index
    while index < end, !Self.isDelimiter(bytes[index]) { index += 1 }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if let first = text.utf8.first, Self.isDigit(first) || [0x2B, 0x2D, 0x2E].contains(first),
      let number = Double(text), number.isFinite
    {
      return .number(number)
    }
    return text == "null" ? .null : .word(text)
  }
}
