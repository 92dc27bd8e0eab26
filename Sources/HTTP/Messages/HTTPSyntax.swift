/// The character classes of RFC 9110 section 5.6 and RFC 3986.
extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let tab: UInt8 = 0x09

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

  /// `tchar`: what methods, field names and chunk extension names are made of.
  var isTokenByte: Bool {
    if isDigit || isLetter { return true }
    switch self {
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: return true
    default: return false
    }
  }

  /// Visible ASCII, what a request target may hold.
  var isVisible: Bool { self > 0x20 && self < 0x7F }

  /// What a field value may hold: visible, space, tab and the bytes above ASCII; no control byte.
  var isFieldValueByte: Bool { self >= 0x20 && self != 0x7F || self == .tab }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: UInt8? {
    if isDigit { return self - 0x30 }
    let lower = self | 0x20
    return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : nil
  }

  /// Lower case, for ASCII letters only.
  var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

extension StringProtocol {
  /// ASCII letters compare without case, every other byte exactly.
  func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension ArraySlice<UInt8> {
  /// Without the spaces and tabs at both ends; HTTP knows no other white space.
  func trimmingOptionalWhitespace() -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == .space || byte == .tab }
    guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
      return []
    }
    return self[start...end]
  }
}
