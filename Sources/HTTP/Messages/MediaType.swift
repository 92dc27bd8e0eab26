/// A media type with its parameters (RFC 9110 section 8.3.1): `multipart/form-data; boundary="x"`.
package struct MediaType: Sendable, Equatable {
  /// `type/subtype` in lower case.
  package var name: String
  /// Parameters by name in lower case, with unquoted values; the first of each name.
  package var parameters: [String: String]

  /// Parses a field value such as that of `Content-Type`; nil if it is malformed.
  package init?(_ text: String) {
    guard let value = ParameterizedValue(text) else { return nil }
    let halves = value.head.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isTokenByte) }) else { return nil }
    name = value.head.lowercased()
    parameters = value.parameters
  }
}

/// `head *( OWS ";" OWS name "=" ( token / quoted-string ) )`, the form of media types and content dispositions
/// (RFC 9110 section 5.6.6).
struct ParameterizedValue {
  /// The text before the first semicolon.
  var head: String
  /// Parameters by name in lower case; the first of each name.
  var parameters: [String: String] = [:]

  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    let first = rest.firstIndex(of: UInt8(ascii: ";")) ?? rest.endIndex
    head = String(decoding: rest[..<first].trimmingOptionalWhitespace(), as: UTF8.self)
    rest = rest[first...]
    while rest.popFirst() != nil {
      Self.dropSpace(&rest)
      if rest.isEmpty || rest.first == UInt8(ascii: ";") { continue }
      let name = Self.takeToken(&rest)
      guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "="), let value = Self.takeValue(&rest) else { return nil }
      let key = name.lowercased()
      if parameters[key] == nil { parameters[key] = value }
      Self.dropSpace(&rest)
      guard rest.isEmpty || rest.first == UInt8(ascii: ";") else { return nil }
    }
  }

  private static func dropSpace(_ rest: inout ArraySlice<UInt8>) {
    rest = rest.drop { $0 == .space || $0 == .tab }
  }

  private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> String {
    let token = rest.prefix(while: \.isTokenByte)
    rest = rest.dropFirst(token.count)
    return String(decoding: token, as: UTF8.self)
  }

  /// A token, or a quoted string without its quotes and backslashes; nil if neither.
  private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> String? {
    guard rest.first == UInt8(ascii: "\"") else {
      let token = takeToken(&rest)
      return token.isEmpty ? nil : token
    }
    rest.removeFirst()
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(validating: value, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        value.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      value.append(escaped)
    }
    return nil
  }
}
