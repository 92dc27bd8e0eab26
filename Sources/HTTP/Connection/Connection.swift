/// One client's connection as a pure state machine: input, responses and the time go in, actions and output bytes come
/// out. It owns no socket and reads no clock.
///
/// After every call the driver does the actions in their order, and writes `output`, which it reports with `sent`. It
/// reads only while `wantsRead`, and calls `tick` once `deadline` has come.
///
/// Requests of one connection start as they arrive, side by side; the responses leave in the order of the requests.
///
/// A peer that has ended its input has left or waits for the response; TCP does not tell the two apart. Such a peer
/// still gets its response. Before it is ready an HTTP/1.1 peer is sent `100 Continue`, which every client must accept
/// (RFC 9110 section 15.2): a peer that has left resets the connection in reply, and its requests are cancelled.
package struct Connection: Sendable {
  package enum Action: Equatable, Sendable {
    /// Answer this request, under this id.
    case start(UInt64, HTTPRequest)
    /// The peer has left, or will not be answered; at most once per started request, never after its response.
    case cancel(UInt64)
    /// Shut down the sending side.
    case finishSending
    /// Close the socket at once. Always the last action.
    case close
  }

  private enum Phase: Equatable {
    case open
    /// Everything was sent; waits until this time, in seconds, for the peer to close.
    case lingering(until: Double)
    case closed
  }

  private let limits: HTTPLimits
  private let timeouts: HTTPTimeouts
  private let refusalBody: RefusalBody
  private let peerAddress: String
  private var phase = Phase.open
  private var parser: RequestParser
  /// The request whose body is arriving.
  private var arriving: ArrivingRequest?
  /// Responses to requests that were started or refused, in the order of the requests.
  private var pending: [PendingResponse] = []
  /// Whether further requests are taken; if not, the connection ends after the pending responses.
  private var takesRequests = true
  private var owesContinue = false
  private var peerEnded = false
  private var isDraining = false
  private var requestCount: UInt64 = 0
  private var actions: [Action] = []
  private var readWait = ReadWait(goal: .nothing, request: 0, since: 0)
  private var bodyTimer: ProgressTimer?
  private var writeTimer: ProgressTimer?
  private var probe: DisconnectProbe?

  /// Bytes to be written.
  package private(set) var output = OutputQueue()

  /// - Parameter refusalBody: makes the responses to requests that cannot be read.
  package init(
    limits: HTTPLimits, timeouts: HTTPTimeouts, peerAddress: String, refusalBody: @escaping RefusalBody, now: Moment
  ) {
    self.limits = limits
    self.timeouts = timeouts
    self.refusalBody = refusalBody
    self.peerAddress = peerAddress
    parser = RequestParser(limits: limits)
    updateReadWait(now)
  }

  /// Whether the driver is to read. Otherwise input stays in the socket and slows the sender.
  package var wantsRead: Bool {
    switch phase {
    case .open: takesRequests && !isBlocked && !peerEnded
    case .lingering: true
    case .closed: false
    }
  }

  package var isClosed: Bool { phase == .closed }

  /// Bytes of memory for a request that arrives and for responses that wait. Bodies of started requests are the handler's.
  ///
  /// The limits of one connection allow for much if there are thousands of them, so that the driver bounds the sum.
  package var heldBytes: Int {
    parser.heldBytes + (arriving?.body.capacity ?? 0) + pending.reduce(output.heldBytes) { $0 + $1.waitingBytes }
  }

  /// The time since when only a request's head is waited for, in seconds of the steady clock; nil if there is more to do.
  package var idleSinceSeconds: Double? {
    guard phase == .open, pending.isEmpty, output.isEmpty else { return nil }
    return readWait.goal == .request || readWait.goal == .head ? readWait.since : nil
  }

  // MARK: Events of the socket

  /// Takes bytes that were read.
  package mutating func received(_ bytes: UnsafeRawBufferPointer, now: Moment) -> [Action] {
    guard phase == .open, takesRequests else { return [] }
    parser.append(bytes)
    return advance(now)
  }

  /// Takes the end of the peer's input, after everything before it was read.
  package mutating func receivedEnd(now: Moment) -> [Action] {
    if case .lingering = phase { close() }
    guard phase == .open else { return takeActions() }
    peerEnded = true
    beginProbing(now)
    return advance(now)
  }

  /// Takes the end of the peer's input while nothing is read: there can be more before the end.
  package mutating func inputEnds(now: Moment) -> [Action] {
    guard phase == .open else { return [] }
    beginProbing(now)
    return advance(now)
  }

  /// Takes a reset or broken connection: the peer has left.
  package mutating func peerLeft() -> [Action] {
    close()
    return takeActions()
  }

  /// Takes the number of bytes of `output` that were written.
  package mutating func sent(_ count: Int, now: Moment) -> [Action] {
    guard phase == .open else { return [] }
    output.dropFirst(count)
    writeTimer?.moved(count, now: now)
    if output.isEmpty { writeTimer = nil }
    return advance(now)
  }

  // MARK: Decisions of the server

  /// Takes no new work from now on. Requests in flight, and a request that is arriving, are answered with
  /// `Connection: close`; an idle connection is closed after a short time.
  package mutating func drain(now: Moment) -> [Action] {
    guard phase == .open, !isDraining else { return [] }
    isDraining = true
    readWait.since = now.seconds
    if arriving == nil, let last = pending.indices.last {
      pending[last].closes = true
      takesRequests = false
    }
    return advance(now)
  }

  /// Responds with this error whatever arrives, and ends: for a connection above the limit.
  package mutating func refuseService(_ error: RequestError, now: Moment) -> [Action] {
    guard phase == .open else { return [] }
    refuse(error, now: now)
    return advance(now)
  }

  /// Gives up its memory: a body that arrives is refused; responses that are not read end the connection.
  package mutating func shed(now: Moment) -> [Action] {
    guard phase == .open, arriving != nil else { return peerLeft() }
    refuse(.tooManyBytes, now: now)
    return advance(now)
  }

  // MARK: Responses

  /// Responds to a request; ignored if the request has a response or is gone.
  package mutating func respond(to id: UInt64, _ response: HTTPResponse, now: Moment) -> [Action] {
    withPending(id, now) { $0.respond(response, now: now) }
  }

  /// Begins a response that is sent in pieces: `sendPiece`, then `finishStream`.
  /// - Parameter filler: bytes without a meaning, for probing the peer; empty for none.
  package mutating func beginStream(
    to id: UInt64, status: Int, headers: HTTPHeaders, filler: [UInt8] = [], now: Moment
  ) -> [Action] {
    withPending(id, now) { $0.begin(status: status, headers: headers, filler: filler, now: now) }
  }

  /// Sends a piece of a stream, of any size. A peer that reads so slowly that more than the limit waits before the piece
  /// is dropped.
  package mutating func sendPiece(to id: UInt64, _ bytes: [UInt8], now: Moment) -> [Action] {
    let backlog = pending.reduce(output.count) { $0 + $1.waitingBytes }
    guard phase == .open, backlog > limits.streamBacklogBytes else { return withPending(id, now) { $0.send(bytes) } }
    return peerLeft()
  }

  package mutating func finishStream(to id: UInt64, _ last: [UInt8] = [], now: Moment) -> [Action] {
    withPending(id, now) {
      $0.send(last)
      $0.finish()
    }
  }

  /// Breaks off a stream that will not be finished: the end of the connection tells the peer.
  package mutating func abandonStream(to id: UInt64) -> [Action] {
    pending.contains { $0.id == id && !$0.isComplete } ? peerLeft() : []
  }

  private mutating func withPending(
    _ id: UInt64, _ now: Moment, _ change: (inout PendingResponse) -> Void
  ) -> [Action] {
    guard phase == .open, let index = pending.firstIndex(where: { $0.id == id }) else { return [] }
    change(&pending[index])
    return advance(now)
  }

  // MARK: Advancing

  /// Does everything that needs no new input.
  private mutating func advance(_ now: Moment) -> [Action] {
    guard phase == .open else { return takeActions() }
    repeat { takeRequests(now) } while flushResponses(now)
    if owesContinue, pending.isEmpty {
      owesContinue = false
      enqueue(Self.interim, now)
    }
    endIfDone(now)
    updateReadWait(now)
    return takeActions()
  }

  private static let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  private mutating func enqueue(_ bytes: [UInt8], _ now: Moment) {
    if output.isEmpty {
      writeTimer = ProgressTimer(seconds: timeouts.write, minimumRate: timeouts.minimumRate, now: now)
    }
    output.append(bytes)
  }

  /// Queues the bytes that can be sent. True if a response was completed, so that further requests can be taken.
  private mutating func flushResponses(_ now: Moment) -> Bool {
    var completed = false
    while var first = pending.first {
      for piece in first.takePieces() { enqueue(piece, now) }
      pending[0] = first
      if first.closes, first.isBegun { stopTaking(after: first.id) }
      guard first.isComplete else { break }
      pending.removeFirst()
      completed = true
    }
    return completed
  }

  private mutating func stopTaking(after id: UInt64) {
    takesRequests = false
    arriving = nil
    owesContinue = false
    dropPending(after: id)
  }

  /// Drops the responses after this one, or all; their requests are cancelled.
  private mutating func dropPending(after id: UInt64?) {
    let kept = id.flatMap { id in pending.firstIndex { $0.id == id } }.map { $0 + 1 } ?? 0
    for response in pending[kept...] where !response.isComplete { actions.append(.cancel(response.id)) }
    pending.removeSubrange(kept...)
  }

  private mutating func endIfDone(_ now: Moment) {
    guard !takesRequests, pending.isEmpty, output.isEmpty else { return }
    if peerEnded { return close() }
    actions.append(.finishSending)
    phase = .lingering(until: now.seconds + timeouts.linger)
  }

  /// Ends at once; started requests without a response are cancelled.
  private mutating func close() {
    guard phase != .closed else { return }
    phase = .closed
    dropPending(after: nil)
    actions.append(.close)
    output = OutputQueue()
    parser = RequestParser(limits: limits)
    arriving = nil
  }

  private mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }

  // MARK: Requests

  /// Whether further requests wait because enough is in flight; a request that has begun to arrive is always finished.
  private var isBlocked: Bool {
    guard arriving == nil, !pending.isEmpty || !output.isEmpty else { return false }
    return pending.count >= limits.pipelinedRequests || output.count >= limits.outputBytes
      || pending.reduce(0) { $0 + $1.bodyBytes + $1.waitingBytes } >= limits.pipelinedBytes
  }

  private mutating func takeRequests(_ now: Moment) {
    while takesRequests, !isBlocked {
      guard let event = parser.next() else { return endInput(now) }
      switch event {
      case .head(let head):
        requestCount += 1
        arriving = ArrivingRequest(head: head)
        bodyTimer = newBodyTimer(now)
        owesContinue = head.expectsContinue && parser.bufferedBytes == 0
      case .body(let bytes):
        owesContinue = false
        arriving?.body += bytes
        bodyTimer?.moved(bytes.count, now: now)
      case .end: start()
      case .failure(let error): refuse(error, now: now)
      }
    }
  }

  /// Nothing more can be read; if the peer has ended its input, a request that has begun is never completed.
  private mutating func endInput(_ now: Moment) {
    guard peerEnded else { return }
    if arriving != nil || parser.hasBegun {
      refuse(.badRequest("the input ended within the request"), now: now)
    }
    takesRequests = false
  }

  private mutating func start() {
    guard let arrived = arriving else { return }
    arriving = nil
    owesContinue = false
    if isDraining || !arrived.head.keepsAlive { takesRequests = false }
    pending.append(
      PendingResponse(
        id: requestCount, minorVersion: arrived.head.minorVersion, isHead: arrived.head.method == "HEAD",
        bodyBytes: arrived.body.count, closes: !takesRequests))
    actions.append(.start(requestCount, arrived.request(peerAddress: peerAddress)))
  }

  /// Responds with an error in turn, and reads no more: the beginning of the next request is not known.
  private mutating func refuse(_ error: RequestError, now: Moment) {
    if arriving == nil { requestCount += 1 }
    var response = PendingResponse(
      id: requestCount, minorVersion: 1, isHead: parser.isHead, bodyBytes: 0, closes: true)
    response.respond(refusalBody(RefusedRequest(error, method: parser.method, headers: parser.headers)), now: now)
    pending.append(response)
    parser = RequestParser(limits: limits)
    arriving = nil
    owesContinue = false
    takesRequests = false
  }

  private func newBodyTimer(_ now: Moment) -> ProgressTimer {
    ProgressTimer(seconds: timeouts.body, minimumRate: timeouts.minimumRate, now: now)
  }

  // MARK: Time

  /// Time of the steady clock at which `tick` is to be called, in seconds; nil if the connection waits for nothing.
  package var deadline: Double? {
    switch phase {
    case .closed: nil
    case .lingering(let until): until
    case .open: [writeTimer?.deadline, readDeadline, probe?.time].compactMap { $0 }.min()
    }
  }

  private var readDeadline: Double? {
    switch readWait.goal {
    case .nothing: nil
    case .request: readWait.since + (isDraining ? min(timeouts.drainIdle, timeouts.idle) : timeouts.idle)
    case .head: readWait.since + timeouts.header
    case .body: bodyTimer?.deadline
    }
  }

  /// Does what is overdue.
  package mutating func tick(now: Moment) -> [Action] {
    let isOver = { (deadline: Double?) in deadline.map { $0 <= now.seconds } ?? false }
    if case .lingering(let until) = phase, isOver(until) { close() }
    if phase == .open, isOver(writeTimer?.deadline) { close() }
    if phase == .open, isOver(readDeadline) { readTimedOut(now) }
    if phase == .open, isOver(probe?.time) { sendProbe(now) }
    return advance(now)
  }

  private mutating func readTimedOut(_ now: Moment) {
    switch readWait.goal {
    case .nothing: break
    case .request: close()
    case .head: refuse(RequestError(408, "the header fields took too long to arrive"), now: now)
    case .body: refuse(RequestError(408, "the body took too long to arrive"), now: now)
    }
  }

  private var readGoal: ReadWait.Goal {
    guard phase == .open, takesRequests, !peerEnded else { return .nothing }
    if arriving != nil { return owesContinue ? .nothing : .body }
    if isBlocked { return .nothing }
    if parser.hasBegun { return .head }
    return pending.isEmpty && output.isEmpty ? .request : .nothing
  }

  /// Begins a new wait if the connection now waits for something else.
  private mutating func updateReadWait(_ now: Moment) {
    let goal = readGoal
    guard goal != readWait.goal || requestCount != readWait.request else { return }
    if goal == .body, readWait.goal == .nothing { bodyTimer = newBodyTimer(now) }
    readWait = ReadWait(goal: goal, request: requestCount, since: now.seconds)
  }

  // MARK: Peers that have ended their input

  /// Begins to probe the peer; at once within a stream that has filler: readers of events leave in the middle of them.
  private mutating func beginProbing(_ now: Moment) {
    guard probe == nil else { return }
    let delay = pending.first?.filler.isEmpty == false ? 0 : timeouts.disconnectProbe
    probe = DisconnectProbe(time: now.seconds + delay, intervalSeconds: timeouts.disconnectProbe)
  }

  /// Sends an interim response before the first byte of a response, unless the peer speaks HTTP/1.0, which has none;
  /// within a stream its filler.
  private mutating func sendProbe(_ now: Moment) {
    guard let interval = probe?.intervalSeconds, let first = pending.first else {
      probe = nil
      return
    }
    if output.isEmpty {
      if first.isBegun { pending[0].send(first.filler) } else if first.minorVersion == 1 { enqueue(Self.interim, now) }
    }
    probe = DisconnectProbe(time: now.seconds + 2 * interval, intervalSeconds: 2 * interval)
  }
}

// MARK: - Parts of the state

/// A request whose head was read and whose body is arriving.
private struct ArrivingRequest: Sendable {
  let head: RequestHead
  var body: [UInt8] = []

  /// The complete request.
  func request(peerAddress: String) -> HTTPRequest {
    var request = HTTPRequest(
      method: head.method, path: head.target.path, query: head.target.query, headers: head.headers, body: body)
    request.peerAddress = peerAddress
    return request
  }
}

/// The input that a connection waits for, and the time since when.
private struct ReadWait: Sendable {
  enum Goal: Equatable {
    case nothing
    /// The first byte of a request.
    case request
    case head, body
  }

  var goal: Goal
  /// The number of the request, so that the wait for the next one begins again.
  var request: UInt64
  /// Seconds of the steady clock.
  var since: Double
}

/// The next probe of a half-closed peer, which shows whether the peer is still there.
private struct DisconnectProbe: Sendable {
  /// Seconds of the steady clock.
  var time: Double
  /// Seconds from this probe to the one after it.
  var intervalSeconds: Double
}
