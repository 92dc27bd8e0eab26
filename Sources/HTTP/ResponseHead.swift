/// Status line and header fields of an answer as bytes, RFC 9112 section 4.
struct ResponseHead {
  enum Framing: Equatable {
    /// Bytes.
    case length(Int)
    case chunked
    /// By the end of the connection, for HTTP/1.0.
    case untilClose
    /// 1xx, 204 and 304 have none and say none.
    case absent
  }

  enum Persistence {
    case close, keepAlive
    /// HTTP/1.1 keeps alive without a word.
    case unsaid
  }

  var status: Int
  var headers: HTTPHeaders
  var framing: Framing
  var persistence: Persistence
  var unixSeconds: Int

  /// Fields that belong to the connection, whatever a handler put there.
  private static let ownFields = ["Connection", "Content-Length", "Date", "Keep-Alive", "Transfer-Encoding"]

  var encoded: [UInt8] {
    var text = "HTTP/1.1 \(status) \(HTTPStatus.reason(status))\r\nDate: \(HTTPDate.text(unixSeconds: unixSeconds))\r\n"
    switch framing {
    case .length(let bytes): text += "Content-Length: \(bytes)\r\n"
    case .chunked: text += "Transfer-Encoding: chunked\r\n"
    case .untilClose, .absent: break
    }
    switch persistence {
    case .close: text += "Connection: close\r\n"
    case .keepAlive: text += "Connection: keep-alive\r\n"
    case .unsaid: break
    }
    var bytes = Array(text.utf8)
    for field in headers.fields where !Self.ownFields.contains(where: { $0.equalsIgnoringCase(field.name) }) {
      Self.append(field, to: &bytes)
    }
    bytes += [.carriageReturn, .lineFeed]
    return bytes
  }

  /// A handler may echo what a client sent; a control character there must not start a line of its own (response
  /// splitting), so it becomes a space. A field whose name is no token is left out.
  private static func append(_ field: HTTPHeaders.Field, to bytes: inout [UInt8]) {
    guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenByte) else { return }
    bytes += field.name.utf8
    bytes += [UInt8(ascii: ":"), .space]
    bytes += field.value.utf8.lazy.map { $0.isFieldValueByte ? $0 : .space }
    bytes += [.carriageReturn, .lineFeed]
  }
}
