/// One request's place in the order of answers: its bytes wait here until every earlier answer has been queued.
struct AnswerSlot: Sendable {
  let id: UInt64
  let minorVersion: Int
  /// The request was HEAD: head fields as ever, no body.
  let isHead: Bool
  /// Of the request's body, for the bound on what is under way.
  let bodyBytes: Int
  /// The connection ends after this answer.
  var closes: Bool

  private(set) var isBegun = false
  private(set) var isComplete = false
  private(set) var waitingBytes = 0
  /// What may be put between two pieces of a stream to probe its peer; empty where nothing may.
  private(set) var filler: [UInt8] = []
  private var isChunked = false
  /// Not written before the answer's turn has come: until then the connection may be told to end after it.
  private var head: ResponseHead?
  private var pieces: [[UInt8]] = []

  init(id: UInt64, minorVersion: Int, isHead: Bool, bodyBytes: Int, closes: Bool) {
    self.id = id
    self.minorVersion = minorVersion
    self.isHead = isHead
    self.bodyBytes = bodyBytes
    self.closes = closes
  }

  /// The whole answer. Only the first call, of this or `begin`, counts.
  mutating func respond(_ response: HTTPResponse, now: Moment) {
    guard !isBegun else { return }
    setHead(response.status, response.headers, .length(response.body.count), now: now)
    if !isHead, !Self.hasNoBody(response.status) { append(response.body) }
    isComplete = true
  }

  /// The head of an answer whose length is not known yet.
  mutating func begin(status: Int, headers: HTTPHeaders, filler: [UInt8], now: Moment) {
    guard !isBegun else { return }
    self.filler = filler
    isChunked = minorVersion == 1
    if !isChunked { closes = true }
    setHead(status, headers, isChunked ? .chunked : .untilClose, now: now)
  }

  /// A piece of the body of an answer that was begun.
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

  /// What can be queued for sending, once this answer's turn has come.
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

  /// RFC 9110 section 6.4.1.
  private static func hasNoBody(_ status: Int) -> Bool { status == 204 || status == 304 }
}
