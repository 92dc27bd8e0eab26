import HTTP

/// A connection with a clock that the test moves, and its output.
struct DrivenConnection {
  var connection: Connection
  private(set) var now = Moment(seconds: 1000, unixSeconds: 784_111_777)
  private(set) var started: [(id: UInt64, request: HTTPRequest)] = []
  private(set) var cancelled: [UInt64] = []
  private(set) var isClosed = false
  private(set) var finishedSending = false
  /// All output so far.
  private(set) var written = ""
  /// Whether the peer takes output.
  var peerReads = true

  init(limits: HTTPLimits = HTTPLimits(), timeouts: HTTPTimeouts = HTTPTimeouts()) {
    connection = Connection(
      limits: limits, timeouts: timeouts, peerAddress: "192.0.2.1",
      refusalBody: { refused in
        HTTPResponse(
          status: refused.error.status, headers: refused.headers["X-Request-Id"].map { ["X-Request-Id": $0] } ?? [:],
          body: Array("error \(refused.error.status)".utf8))
      }, now: now)
  }

  /// Output since the last call.
  mutating func takeWritten() -> String {
    defer { written = "" }
    return written
  }

  mutating func receive(_ text: String) { receive(Array(text.utf8)[...]) }

  mutating func receive(_ bytes: ArraySlice<UInt8>) {
    perform(bytes.withUnsafeBytes { connection.received($0, now: now) })
  }

  mutating func receiveEnd() { perform(connection.receivedEnd(now: now)) }

  mutating func inputEnds() { perform(connection.inputEnds(now: now)) }

  mutating func peerLeaves() { perform(connection.peerLeft()) }

  mutating func answer(_ id: UInt64, _ body: String = "ok", status: Int = 200, headers: HTTPHeaders = [:]) {
    let response = HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    perform(connection.respond(to: id, response, now: now))
  }

  mutating func drain() { perform(connection.drain(now: now)) }

  mutating func shed() { perform(connection.shed(now: now)) }

  mutating func beginStream(_ id: UInt64, filler: String = "") {
    perform(connection.beginStream(to: id, status: 200, headers: [:], filler: Array(filler.utf8), now: now))
  }

  mutating func sendPiece(_ id: UInt64, _ text: String) {
    perform(connection.sendPiece(to: id, Array(text.utf8), now: now))
  }

  mutating func finishStream(_ id: UInt64, _ last: String = "") {
    perform(connection.finishStream(to: id, Array(last.utf8), now: now))
  }

  mutating func abandonStream(_ id: UInt64) { perform(connection.abandonStream(to: id)) }

  /// Lets time pass, in small steps, so that every deadline is met in turn.
  mutating func wait(seconds: Double) {
    let end = now.seconds + seconds
    while let deadline = connection.deadline, deadline <= end, !isClosed {
      now.seconds = max(now.seconds, deadline)
      perform(connection.tick(now: now))
    }
    now.seconds = end
  }

  /// Lets the peer take up to this number of bytes.
  mutating func read(atMost limit: Int = .max) {
    var left = limit
    while left > 0, let piece = connection.output.withNext({ Array($0.prefix(left)) }) {
      written += String(decoding: piece, as: UTF8.self)
      left -= piece.count
      note(connection.sent(piece.count, now: now))
    }
  }

  private mutating func perform(_ actions: [Connection.Action]) {
    note(actions)
    if peerReads { read() }
  }

  private mutating func note(_ actions: [Connection.Action]) {
    for action in actions {
      switch action {
      case .start(let id, let request): started.append((id, request))
      case .cancel(let id): cancelled.append(id)
      case .finishSending: finishedSending = true
      case .close: isClosed = true
      }
    }
  }
}
