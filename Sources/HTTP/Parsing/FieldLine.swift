/// One header or trailer line, RFC 9112 section 5.
enum FieldLine {
  /// Takes the line without its line end. Refuses folding, space before the colon and control bytes.
  static func parse(_ line: ArraySlice<UInt8>) throws(RequestError) -> (name: String, value: String) {
    guard line.first != .space, line.first != .tab else {
      throw .badRequest("a header line begins with white space (folding is not allowed)")
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      throw .badRequest("a header line has no colon")
    }
    let name = line[..<colon]
    guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else { throw .badRequest("malformed header name") }
    let value = line[(colon + 1)...].trimmingOptionalWhitespace()
    guard value.allSatisfy(\.isFieldValueByte) else {
      throw .badRequest("a header value holds a control character")
    }
    return (String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
  }
}
