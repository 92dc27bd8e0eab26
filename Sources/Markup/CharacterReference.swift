/// `&eacute;`, `&#233;`, `&#xE9;`.
enum CharacterReference {
  enum Reading: Equatable {
    /// - Parameter end: behind the semicolon.
    case scalar(Unicode.Scalar, end: Int)
    /// Names something that is not known here; it has to stay as it is.
    case unknown(end: Int)
    /// The ampersand is only a character.
    case none
  }

  /// - Parameters:
  ///   - start: of the ampersand.
  ///   - limit: where the text ends.
  static func read(_ bytes: [UInt8], at start: Int, limit: Int, isXML: Bool) -> Reading {
    var end = start + 1
    let isNumber = end < limit && bytes[end] == UInt8(ascii: "#")
    if isNumber { end += 1 }
    let first = end
    while end < limit, end - first < 32, bytes[end].isLetter || bytes[end].isDigit || (isXML && isNamePart(bytes[end]))
    {
      end += 1
    }
    guard end > first else { return .none }
    let name = String(decoding: bytes[first..<end], as: UTF8.self)
    guard end < limit, bytes[end] == UInt8(ascii: ";") else {
      return !isXML && !isNumber && isLegacy(name) ? .unknown(end: end) : .none
    }
    let scalar = isNumber ? number(name) : named(name, isXML: isXML)
    return scalar.map { .scalar($0, end: end + 1) } ?? .unknown(end: end + 1)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte >= 0x80 || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":")].contains(byte)
  }

  private static func isLegacy(_ name: String) -> Bool {
    CharacterNames.latin[name] != nil || (name != "apos" && CharacterNames.ofXML.contains(name))
  }

  private static func named(_ name: String, isXML: Bool) -> Unicode.Scalar? {
    isXML && !CharacterNames.ofXML.contains(name) ? nil : CharacterNames.all[name]
  }

  /// Control characters are left alone: what they stand for differs from reader to reader.
  private static func number(_ digits: String) -> Unicode.Scalar? {
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    guard let value, value >= 0x20, !(0x7F...0x9F).contains(value), value & 0xFFFE != 0xFFFE else { return nil }
    return Unicode.Scalar(value)
  }
}
