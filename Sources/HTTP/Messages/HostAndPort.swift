/// `uri-host [ ":" port ]`, what a `Host` field and an absolute-form target name (RFC 9110 section 7.2, RFC 3986
/// section 3.2). No user, no path, and no comma, at which a reader might split.
package enum HostAndPort {
  /// An empty one is valid: so `Host` says that the target has no authority.
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

  /// Unreserved and sub-delims, without the comma.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    if byte.isDigit || byte.isLetter { return true }
    switch byte {
    case 0x21, 0x24, 0x26...0x2B, 0x2D, 0x2E, 0x3B, 0x3D, 0x5F, 0x7E: return true
    default: return false
    }
  }

  /// Nothing, or a colon and digits or none.
  private static func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.isEmpty || bytes.first == UInt8(ascii: ":") && bytes.dropFirst().allSatisfy(\.isDigit)
  }
}
