/// Character classes of RFC 9110 section 5.6 and RFC 3986.
extension UInt8 {
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let tab: UInt8 = 0x09

  var isDigit: Bool { self >= 0x30 && self <= 0x39 }

  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

  /// Whether the byte is a `tchar`: part of methods, field names and chunk extension names.
  var isTokenByte: Bool {
    if isDigit || isLetter { return true }
    switch self {
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: return true
    default: return false
    }
  }

  /// Whether the byte is visible ASCII, as in a request target.
  var isVisible: Bool { self > 0x20 && self < 0x7F }

  /// Whether the byte can be in a field value: visible, space, tab or above ASCII, but not a control byte.
  var isFieldValueByte: Bool { self >= 0x20 && self != 0x7F || self == .tab }

  /// The value of a hexadecimal digit; nil for other bytes.
  var hexadecimalValue: UInt8? {
    if isDigit { return self - 0x30 }
    let lower = self | 0x20
    return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : nil
  }

  /// The byte in lower case, if it is an ASCII letter.
  var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}

extension StringProtocol {
  /// Compares ASCII letters without case, and every other byte exactly.
  func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
    utf8.elementsEqual(other.utf8) { $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes without spaces and tabs at both ends; HTTP has no other white space.
  func trimmingOptionalWhitespace() -> ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == .space || byte == .tab }
    guard let start = firstIndex(where: { !isSpace($0) }), let end = lastIndex(where: { !isSpace($0) }) else {
      return []
    }
    return self[start...end]
  }
}

/// Percent encoding, `%XX` (RFC 3986 section 2.1).
enum PercentCoding {
  /// The decoded text; nil if an escape is incomplete or not hexadecimal, or if the bytes are not UTF-8.
  static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String? {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "%") {
        guard bytes.endIndex - index >= 2, let high = bytes[index].hexadecimalValue,
          let low = bytes[index + 1].hexadecimalValue
        else { return nil }
        decoded.append(high << 4 | low)
        index += 2
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}

/// `uri-host [ ":" port ]`, the content of a `Host` field and the authority of an absolute-form target (RFC 9110
/// section 7.2, RFC 3986 section 3.2). It has no user, no path, and no comma, at which a reader might split it.
package enum HostAndPort {
  /// Whether the bytes have this form. An empty `Host` is valid: the target has no authority.
  package static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first else { return true }
    if first == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
      return isAddress(bytes[..<end].dropFirst()) && isPort(bytes[end...].dropFirst())
    }
    let end = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    return isName(bytes[..<end]) && isPort(bytes[end...])
  }

  private static func isAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { $0.hexadecimalValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
  }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 == UInt8(ascii: "%") || isNameByte($0) }) else { return false }
    return PercentCoding.decode(bytes, plusIsSpace: false) != nil
  }

  /// Whether the byte is unreserved or a sub-delim, except the comma.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    if byte.isDigit || byte.isLetter { return true }
    switch byte {
    case 0x21, 0x24, 0x26...0x2B, 0x2D, 0x2E, 0x3B, 0x3D, 0x5F, 0x7E: return true
    default: return false
    }
  }

  /// Whether the bytes are empty, or a colon with or without digits.
  private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.isEmpty || bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(\.isDigit)
  }
}
