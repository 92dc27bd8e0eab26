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
  var persistence = Persistence.unsaid
  var unixSeconds: Int

  /// Fields that belong to the connection, whatever a handler put there.
  private static let ownFields = ["Connection", "Content-Length", "Date", "Keep-Alive", "Transfer-Encoding"]

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    func write(_ text: String) { bytes += text.utf8 }

    write("HTTP/1.1 \(status) \(HTTPStatus.reason(status))\r\n")
    write("Date: \(HTTPDate.text(unixSeconds: unixSeconds))\r\n")
    switch framing {
    case .length(let length): write("Content-Length: \(length)\r\n")
    case .chunked: write("Transfer-Encoding: chunked\r\n")
    case .untilClose, .absent: break
    }
    switch persistence {
    case .close: write("Connection: close\r\n")
    case .keepAlive: write("Connection: keep-alive\r\n")
    case .unsaid: break
    }
    for field in headers.fields where !Self.ownFields.contains(where: { $0.equalsIgnoringCase(field.name) }) {
      Self.append(field, to: &bytes)
    }
    write("\r\n")
    return bytes
  }

  /// A handler may echo what a client sent; a control character there must not start a line of its own (response
  /// splitting), so it becomes a space. A field whose name is no token is left out.
  private static func append(_ field: HTTPHeaders.Field, to bytes: inout [UInt8]) {
    guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenByte) else { return }
    bytes += field.name.utf8
    bytes += ": ".utf8
    for byte in field.value.utf8 { bytes.append(byte.isFieldValueByte ? byte : .space) }
    bytes += "\r\n".utf8
  }
}
