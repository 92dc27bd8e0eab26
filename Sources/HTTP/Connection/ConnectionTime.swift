/// What a connection waits for from its peer, and since when.
struct ReadWait: Sendable {
  enum Goal: Equatable {
    case nothing
    /// A first byte.
    case request
    case head, body
  }

  var goal: Goal
  /// Which request's, so that the wait for the next one begins anew.
  var request: UInt64
  /// Seconds of the steady clock.
  var since: Double

  init(for goal: Goal, request: UInt64, since: Double) {
    self.goal = goal
    self.request = request
    self.since = since
  }
}

/// The next question to a half-closed peer whether it is still there, and how long after it the one that follows.
struct DepartureProbe: Sendable {
  /// Seconds of the steady clock.
  var at: Double
  /// Seconds.
  var interval: Double
}

extension Connection {
  /// When `tick` is to be called, in seconds of the steady clock; nil if nothing is waited for.
  package var deadline: Double? {
    switch phase {
    case .closed: nil
    case .lingering(let until): until
    case .open: [readDeadline, writeTimer?.deadline, probe?.at].compactMap { $0 }.min()
    }
  }

  private var readDeadline: Double? {
    switch waiting.goal {
    case .nothing: nil
    case .request: waiting.since + (isDraining ? min(timeouts.drainIdle, timeouts.idle) : timeouts.idle)
    case .head: waiting.since + timeouts.header
    case .body: bodyTimer?.deadline
    }
  }

  /// Time has passed.
  package mutating func tick(now: Moment) -> [Action] {
    let isLate = { (deadline: Double?) in deadline.map { $0 <= now.seconds } ?? false }
    if case .lingering(let until) = phase, isLate(until) { close() }
    if phase == .open, isLate(writeTimer?.deadline) { close() }
    if phase == .open, isLate(readDeadline) { readTimedOut(now) }
    if phase == .open, isLate(probe?.at) { sendProbe(now) }
    return settle(now)
  }

  private mutating func readTimedOut(_ now: Moment) {
    switch waiting.goal {
    case .nothing: break
    case .request: close()
    case .head: refuse(RequestError(408, "the header fields took too long to arrive"), now: now)
    case .body: refuse(RequestError(408, "the body took too long to arrive"), now: now)
    }
  }

  private var readGoal: ReadWait.Goal {
    guard phase == .open, takesRequests, !peerEnded else { return .nothing }
    if arriving != nil { return continueIsOwed ? .nothing : .body }
    if isBlocked { return .nothing }
    if parser.hasBegun { return .head }
    return slots.isEmpty && output.isEmpty ? .request : .nothing
  }

  /// A wait for something new begins now.
  mutating func updateReadWait(_ now: Moment) {
    let goal = readGoal
    guard goal != waiting.goal || requestCount != waiting.request else { return }
    if goal == .body, waiting.goal == .nothing { bodyTimer = newBodyTimer(now) }
    waiting = ReadWait(for: goal, request: requestCount, since: now.seconds)
  }

  /// A stream that has filler is probed at once: those who read events as they come leave in the middle of them.
  mutating func beginProbing(_ now: Moment) {
    guard probe == nil else { return }
    let delay = slots.first?.filler.isEmpty == false ? 0 : timeouts.departureProbe
    probe = DepartureProbe(at: now.seconds + delay, interval: timeouts.departureProbe)
  }

  /// Before an answer's first byte with an interim answer, which HTTP/1.0 does not know; in a stream with its filler.
  private mutating func sendProbe(_ now: Moment) {
    guard let interval = probe?.interval, let first = slots.first else {
      probe = nil
      return
    }
    if output.isEmpty {
      if first.isBegun { slots[0].send(first.filler) } else if first.minorVersion == 1 { enqueue(Self.interim, now) }
    }
    probe = DepartureProbe(at: now.seconds + 2 * interval, interval: 2 * interval)
  }
}
