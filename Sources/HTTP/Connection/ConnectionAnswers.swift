/// From answers to output bytes, in the order of the requests.
extension Connection {
  /// The answer to the request with that id; ignored if it has one or is gone.
  package mutating func respond(to id: UInt64, _ response: HTTPResponse, now: Moment) -> [Action] {
    withSlot(id, now) { $0.respond(response, now: now) }
  }

  /// The head of an answer that is sent in pieces: `sendPiece`, then `finishStream`.
  /// - Parameter filler: bytes without a meaning for probing; empty for none.
  package mutating func beginStream(
    to id: UInt64, status: Int, headers: HTTPHeaders, filler: [UInt8] = [], now: Moment
  ) -> [Action] {
    withSlot(id, now) { $0.begin(status: status, headers: headers, filler: filler, now: now) }
  }

  /// A peer that takes a stream too slowly is dropped, as the pieces can not wait without bound: whatever its size, a
  /// piece is taken while what waits before it is within the bound.
  package mutating func sendPiece(to id: UInt64, _ bytes: [UInt8], now: Moment) -> [Action] {
    let backlog = slots.reduce(output.count) { $0 + $1.waitingBytes }
    guard phase == .open, backlog > limits.streamBacklogBytes else { return withSlot(id, now) { $0.send(bytes) } }
    return peerLeft()
  }

  package mutating func finishStream(to id: UInt64, _ last: [UInt8] = [], now: Moment) -> [Action] {
    withSlot(id, now) {
      $0.send(last)
      $0.finish()
    }
  }

  /// A stream that will not be finished: the peer learns it by the end of the connection.
  package mutating func abandonStream(to id: UInt64) -> [Action] {
    slots.contains { $0.id == id && !$0.isComplete } ? peerLeft() : []
  }

  private mutating func withSlot(_ id: UInt64, _ now: Moment, _ change: (inout AnswerSlot) -> Void) -> [Action] {
    guard phase == .open, let index = slots.firstIndex(where: { $0.id == id }) else { return [] }
    change(&slots[index])
    return settle(now)
  }

  /// Queues what may be sent; true if an answer was completed, so that further requests may be taken.
  mutating func flushAnswers(_ now: Moment) -> Bool {
    var completed = false
    while var first = slots.first {
      for piece in first.takePieces() { enqueue(piece, now) }
      slots[0] = first
      if first.closes, first.isBegun { stopTaking(after: first.id) }
      guard first.isComplete else { break }
      slots.removeFirst()
      completed = true
    }
    return completed
  }

  private mutating func stopTaking(after id: UInt64) {
    takesRequests = false
    arriving = nil
    continueIsOwed = false
    dropSlots(after: id)
  }

  /// Those after that id, or all, will not be answered.
  mutating func dropSlots(after id: UInt64?) {
    let kept = id.flatMap { id in slots.firstIndex { $0.id == id } }.map { $0 + 1 } ?? 0
    for slot in slots[kept...] where !slot.isComplete { actions.append(.cancel(slot.id)) }
    slots.removeSubrange(kept...)
  }
}
