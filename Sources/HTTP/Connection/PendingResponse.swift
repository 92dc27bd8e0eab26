/// The response to one request: its bytes wait here until all earlier responses have been queued for sending.
struct PendingResponse: Sendable {
  let id: UInt64
  let minorVersion: Int
  /// Whether the request was HEAD: the header fields are unchanged, and there is no body.
  let isHead: Bool
  /// Bytes of the request's body, for the bound on requests in flight.
  let bodyBytes: Int
  /// Whether the connection ends after this response.
  var closes: Bool

  private(set) var isBegun = false
  private(set) var isComplete = false
  private(set) var waitingBytes = 0
  /// Bytes that can be put between two pieces of a stream to probe its peer; empty for none.
  private(set) var filler: [UInt8] = []
  private var isChunked = false
  /// The head is encoded only once it is sent: until then the connection can decide to end after this response.
  private var head: ResponseHead?
  private var pieces: [[UInt8]] = []

  init(id: UInt64, minorVersion: Int, isHead: Bool, bodyBytes: Int, closes: Bool) {
    self.id = id
    self.minorVersion = minorVersion
    self.isHead = isHead
    self.bodyBytes = bodyBytes
    self.closes = closes
  }

  /// Takes the whole response. Only the first call of this or `begin` counts.
  mutating func respond(_ response: HTTPResponse, now: Moment) {
    guard !isBegun else { return }
    setHead(response.status, response.headers, .length(response.body.count), now: now)
    if !isHead, !Self.hasNoBody(response.status) { append(response.body) }
    isComplete = true
  }

  /// Begins a response of unknown length.
  mutating func begin(status: Int, headers: HTTPHeaders, filler: [UInt8], now: Moment) {
    guard !isBegun else { return }
    self.filler = filler
    isChunked = minorVersion == 1
    if !isChunked { closes = true }
    setHead(status, headers, isChunked ? .chunked : .untilClose, now: now)
  }

  /// Adds a piece to the body of a response that was begun.
  mutating func send(_ bytes: [UInt8]) {
    guard isBegun, !isComplete, !isHead, !bytes.isEmpty else { return }
    guard isChunked else { return append(bytes) }
    append(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [.carriageReturn, .lineFeed])
  }

  mutating func finish() {
    guard isBegun, !isComplete else { return }
    if isChunked, !isHead { append(Array("0\r\n\r\n".utf8)) }
    isComplete = true
  }

  /// Takes out the bytes that can be queued for sending, once all earlier responses are complete.
  mutating func takePieces() -> [[UInt8]] {
    waitingBytes = 0
    defer {
      head = nil
      pieces = []
    }
    guard var head else { return pieces }
    head.persistence = closes ? .close : minorVersion == 0 ? .keepAlive : .unsaid
    return [head.encoded] + pieces
  }

  private mutating func append(_ bytes: [UInt8]) {
    pieces.append(bytes)
    waitingBytes += bytes.count
  }

  private mutating func setHead(
    _ given: Int, _ headers: HTTPHeaders, _ framing: ResponseHead.Framing, now: Moment
  ) {
    isBegun = true
    let status = (200...999).contains(given) ? given : 500
    if headers.list("Connection").contains("close") { closes = true }
    head = ResponseHead(
      status: status, headers: headers, framing: Self.hasNoBody(status) ? .absent : framing,
      unixSeconds: now.unixSeconds)
  }

  /// Whether responses of a status have no body (RFC 9110 section 6.4.1).
  private static func hasNoBody(_ status: Int) -> Bool { status == 204 || status == 304 }
}

/// The status line and header fields of a response (RFC 9112 section 4).
private struct ResponseHead {
  enum Framing: Equatable {
    /// Bytes of the body.
    case length(Int)
    case chunked
    /// By the end of the connection, for HTTP/1.0.
    case untilClose
    /// No body and no field about it: 1xx, 204 and 304.
    case absent
  }

  enum Persistence {
    case close, keepAlive
    /// No field: HTTP/1.1 connections persist by default.
    case unsaid
  }

  var status: Int
  var headers: HTTPHeaders
  var framing: Framing
  var persistence = Persistence.unsaid
  var unixSeconds: Int

  /// Fields that belong to the connection; those of a handler are left out.
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

  /// Writes a field. A handler can echo text of a client: control characters in it become spaces, so that none starts a
  /// line (response splitting). A field whose name is not a token is left out.
  private static func append(_ field: HTTPHeaders.Field, to bytes: inout [UInt8]) {
    guard !field.name.isEmpty, field.name.utf8.allSatisfy(\.isTokenByte) else { return }
    bytes += field.name.utf8
    bytes += ": ".utf8
    for byte in field.value.utf8 { bytes.append(byte.isFieldValueByte ? byte : .space) }
    bytes += "\r\n".utf8
  }
}
