/// One client's connection as a pure state machine: what arrived, what was answered and what time it is go in,
/// actions and output bytes come out. It owns no socket and reads no clock.
///
/// After every call the driver does the actions in their order, writes `output` and reports it with `sent`, reads
/// only while `wantsRead`, and calls `tick` when `deadline` has come.
///
/// Requests of one connection are started as they arrive, side by side; the answers leave in the order of the
/// requests.
///
/// A peer that has ended its input may have left or may wait for the answer; TCP does not tell them apart. Such a
/// peer keeps its answer, and while that is not ready an HTTP/1.1 peer is sent `100 Continue`, which every client must
/// take (RFC 9110 section 15.2): one that has left resets the connection in reply, and its requests are cancelled.
package struct Connection: Sendable {
  package enum Action: Equatable, Sendable {
    /// Answer this request, with that id.
    case start(UInt64, HTTPRequest)
    /// The peer has left, or will not be answered; at most once a started request, never after its answer.
    case cancel(UInt64)
    /// Shut the sending side down.
    case finishSending
    /// Close the socket at once. The last action of all.
    case close
  }

  enum Phase: Equatable {
    case open
    /// Everything was sent; waits until that time, in seconds, for the peer to close.
    case lingering(until: Double)
    case closed
  }

  let limits: HTTPLimits
  let timeouts: HTTPTimeouts
  let refusalBody: RefusalBody
  let peerAddress: String
  var phase = Phase.open
  var parser: RequestParser
  /// The request whose body is arriving.
  var arriving: ArrivingRequest?
  /// Requests that were started or refused, in the order of their answers.
  var slots: [AnswerSlot] = []
  /// No request is taken any more; the connection ends after the answers that are owed.
  var takesRequests = true
  var continueIsOwed = false
  var peerEnded = false
  var isDraining = false
  var requestCount: UInt64 = 0
  var actions: [Action] = []
  var writeTimer: ProgressTimer?
  var waiting = ReadWait(for: .nothing, request: 0, since: 0)
  var bodyTimer: ProgressTimer?
  var probe: DepartureProbe?

  /// Bytes to be written.
  package internal(set) var output = OutputQueue()

  /// `refusalBody` makes the answers to requests that can not be read.
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

  /// Whether the driver shall read. While it shall not, input stays in the socket and slows the sender.
  package var wantsRead: Bool {
    switch phase {
    case .open: takesRequests && !isBlocked && !peerEnded
    case .lingering: true
    case .closed: false
    }
  }

  package var isClosed: Bool { phase == .closed }

  /// Bytes that were read.
  package mutating func received(_ bytes: UnsafeRawBufferPointer, now: Moment) -> [Action] {
    guard phase == .open, takesRequests else { return [] }
    parser.append(bytes)
    return settle(now)
  }

  /// The peer ended its input, and everything before that was read.
  package mutating func receivedEnd(now: Moment) -> [Action] {
    if case .lingering = phase { close() }
    guard phase == .open else { return takeActions() }
    peerEnded = true
    beginProbing(now)
    return settle(now)
  }

  /// The peer ended its input while nothing was read, so that there may be more before the end.
  package mutating func inputEnds(now: Moment) -> [Action] {
    guard phase == .open else { return [] }
    beginProbing(now)
    return settle(now)
  }

  /// The connection was reset or broke: the peer has left.
  package mutating func peerLeft() -> [Action] {
    close()
    return takeActions()
  }

  /// That many bytes of `output` were written.
  package mutating func sent(_ count: Int, now: Moment) -> [Action] {
    guard phase == .open else { return [] }
    output.dropFirst(count)
    writeTimer?.moved(count, now: now)
    if output.isEmpty { writeTimer = nil }
    return settle(now)
  }

  /// From now on no new work: requests under way and a request that is arriving are answered, with
  /// `Connection: close`, and an idle connection is closed after a short time.
  package mutating func drain(now: Moment) -> [Action] {
    guard phase == .open, !isDraining else { return [] }
    isDraining = true
    waiting.since = now.seconds
    if arriving == nil, let last = slots.indices.last {
      slots[last].closes = true
      takesRequests = false
    }
    return settle(now)
  }

  /// Answers whatever comes with this error and ends, for a connection above the limit.
  package mutating func refuseService(_ error: RequestError, now: Moment) -> [Action] {
    guard phase == .open else { return [] }
    refuse(error, now: now)
    return settle(now)
  }

  /// Brings everything forward as far as it goes without new input.
  mutating func settle(_ now: Moment) -> [Action] {
    guard phase == .open else { return takeActions() }
    repeat { takeRequests(now) } while flushAnswers(now)
    if continueIsOwed, slots.isEmpty {
      continueIsOwed = false
      enqueue(Self.interim, now)
    }
    endIfDone(now)
    updateReadWait(now)
    return takeActions()
  }

  static let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  mutating func enqueue(_ bytes: [UInt8], _ now: Moment) {
    if output.isEmpty {
      writeTimer = ProgressTimer(patience: timeouts.write, minimumRate: timeouts.minimumRate, now: now)
    }
    output.append(bytes)
  }

  private mutating func endIfDone(_ now: Moment) {
    guard !takesRequests, slots.isEmpty, output.isEmpty else { return }
    if peerEnded { return close() }
    actions.append(.finishSending)
    phase = .lingering(until: now.seconds + timeouts.linger)
  }

  /// Ends at once; what was started and not answered is cancelled.
  mutating func close() {
    guard phase != .closed else { return }
    phase = .closed
    dropSlots(after: nil)
    actions.append(.close)
    output = OutputQueue()
    parser = RequestParser(limits: limits)
    arriving = nil
  }

  private mutating func takeActions() -> [Action] {
    defer { actions = [] }
    return actions
  }
}
