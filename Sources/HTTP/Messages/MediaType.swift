/// A media type with its parameters, RFC 9110 section 8.3.1: `multipart/form-data; boundary="x"`.
package struct MediaType: Sendable, Equatable {
  /// `type/subtype` in lower case.
  package var name: String
  /// Names in lower case, values as they are, unquoted; the first of each name.
  package var parameters: [String: String]

  /// Reads a field value such as that of `Content-Type`; nil if it is malformed.
  package init?(_ text: String) {
    guard let value = ParameterizedValue(text) else { return nil }
    let halves = value.head.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isTokenByte) }) else { return nil }
    name = value.head.lowercased()
    parameters = value.parameters
  }
}
