/// How the end of a request's body is found, RFC 9112 section 6. Every doubtful case is refused: two readers that
/// disagree about a body's end can be made to see different requests (request smuggling).
package enum BodyFraming: Sendable, Equatable {
  case none
  /// Bytes.
  case length(Int)
  case chunked

  init(headers: HTTPHeaders, minorVersion: Int, bodyLimit: Int) throws(RequestError) {
    let lengths = headers.values("Content-Length")
    let codings = headers.list("Transfer-Encoding")
    if !codings.isEmpty {
      guard lengths.isEmpty else { throw .badRequest("both Content-Length and Transfer-Encoding") }
      guard minorVersion == 1 else { throw .badRequest("Transfer-Encoding in HTTP/1.0") }
      try Self.checkCodings(codings)
      self = .chunked
    } else if let length = lengths.first {
      guard lengths.count == 1 else { throw .badRequest("\(lengths.count) Content-Length fields, expected one") }
      self = .length(try Self.length(length, limit: bodyLimit))
    } else {
      self = .none
    }
  }

  private static func checkCodings(_ codings: [String]) throws(RequestError) {
    if codings == ["chunked"] { return }
    let chunked = codings.filter { $0 == "chunked" }.count
    guard !codings.contains(""), chunked == 0 || chunked == 1 && codings.last == "chunked" else {
      throw .badRequest("malformed Transfer-Encoding, expected chunked")
    }
    throw RequestError(501, "unknown transfer coding, only chunked is known")
  }

  /// Digits only: no sign, no list, no inner space.
  private static func length(_ text: String, limit: Int) throws(RequestError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
      throw .badRequest("malformed Content-Length, expected digits")
    }
    guard let value = Int(text), value <= limit else {
      throw RequestError(413, "the body is longer than \(limit) bytes")
    }
    return value
  }
}
