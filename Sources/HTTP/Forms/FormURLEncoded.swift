/// `application/x-www-form-urlencoded`, the body type and the syntax of queries (WHATWG URL, section 5.1).
///
/// One rule differs: a broken escape or broken UTF-8 is an error, and is never passed on as another text.
package enum FormURLEncoded {
  /// The pairs in their order, with `+` as a space; a name without `=` has an empty value.
  package static func decode(
    _ bytes: ArraySlice<UInt8>, maximumFields: Int = 1000
  ) throws(FormError) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for piece in bytes.split(separator: UInt8(ascii: "&")) {
      guard pairs.count < maximumFields else { throw FormError("more than \(maximumFields) fields") }
      let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
      guard let name = PercentCoding.decode(piece[..<equals], plusIsSpace: true) else {
        throw FormError("field name \(pairs.count + 1) is not percent-encoded UTF-8")
      }
      guard let value = PercentCoding.decode(piece[equals...].dropFirst(), plusIsSpace: true) else {
        throw FormError("the value of field \(pairs.count + 1) is not percent-encoded UTF-8")
      }
      pairs.append((name, value))
    }
    return pairs
  }

  /// The pairs of a whole body.
  package static func decode(
    _ body: [UInt8], maximumFields: Int = 1000
  ) throws(FormError) -> [(name: String, value: String)] {
    try decode(body[...], maximumFields: maximumFields)
  }
}

/// The reason for which a form body or a query cannot be read. The message names the found and the expected.
package struct FormError: Error, Equatable, Sendable {
  package var message: String

  init(_ message: String) { self.message = message }
}
