/// What a connection keeps in memory for its peer. The limits on one connection allow for much when there are thousands
/// of them and their peers are slow on purpose, so the driver watches the sum.
extension Connection {
  /// Bytes of a body that arrives and of answers that wait. Bodies of started requests are the handler's.
  package var heldBytes: Int {
    (arriving?.body.capacity ?? 0) + slots.reduce(output.heldBytes) { $0 + $1.waitingBytes }
  }

  /// Lets go of what it holds: a body that arrives is refused; where answers are not taken, the connection ends.
  package mutating func shed(now: Moment) -> [Action] {
    guard phase == .open, arriving != nil else { return peerLeft() }
    refuse(.tooManyBytes, now: now)
    return settle(now)
  }
}
