/// A worker's hold on what it has under way: it asks between steps for more, and gives each an answer.
///
/// Only for the worker's own thread.
package final class BatchCourse<Payload: Sendable, Answer: Sendable> {
  typealias Entry = BatchEntry<Payload, Answer>

  /// Something that starts now.
  package struct Arrival {
    /// What the worker knows it by until it is answered.
    package let id: Int
    package let payload: Payload
    /// Nanoseconds that it waited in the queue.
    package let waited: UInt64
    /// Rows under way from now on, its own included.
    package let company: Int
  }

  private struct Seat {
    let entry: Entry
    let start: UInt64
  }

  private let clock: @Sendable () -> UInt64
  private let exchange: ([Departure]) -> [Entry]?
  private let givenUp: GivenUpCount
  /// What `givenUp` was when `next` was last called, and the time before: whoever was given up by then has left.
  private var latest: Int
  private var settled: Int
  private var waiting: [Entry]
  private var seats: [Int: Seat] = [:]
  private var rows = 0
  private var departures: [Departure] = []
  private var isOver = false

  /// - Parameter exchange: takes what has left since it was last called, and gives what is to start; nil where nothing
  ///   is under way and nothing waits.
  init(
    _ first: [Entry], givenUp: GivenUpCount, clock: @escaping @Sendable () -> UInt64,
    exchange: @escaping ([Departure]) -> [Entry]?
  ) {
    waiting = first
    self.givenUp = givenUp
    latest = givenUp.value
    settled = latest
    self.clock = clock
    self.exchange = exchange
  }

  /// What starts beside what is under way, if anything does. To be called before every step.
  /// - Returns: nil once nothing is under way and nothing waits: the worker is to return.
  package func next() -> [Arrival]? {
    settled = latest
    latest = givenUp.value
    while !isOver {
      if waiting.isEmpty { ask() }
      waiting.forEach(seat)
      let arrivals = waiting.compactMap(arrival)
      waiting.removeAll(keepingCapacity: true)
      if !seats.isEmpty { return arrivals }
    }
    return nil
  }

  private func ask() {
    let more = exchange(departures)
    departures.removeAll(keepingCapacity: true)
    waiting = more ?? []
    isOver = more == nil
  }

  private func seat(_ entry: Entry) {
    if entry.isFinished {
      departures.append(Departure(item: entry.item, stay: 0, isGivenUp: true))
    } else {
      rows += entry.item.rows
      seats[id(entry)] = Seat(entry: entry, start: clock())
    }
  }

  private func arrival(_ entry: Entry) -> Arrival? {
    guard let start = seats[id(entry)]?.start else { return nil }
    let waited = start > entry.item.arrival ? start - entry.item.arrival : 0
    return Arrival(id: id(entry), payload: entry.payload, waited: waited, company: rows)
  }

  private func id(_ entry: Entry) -> Int { Int(truncatingIfNeeded: entry.item.id) }

  /// Nobody waits for this one any more; cheap enough to ask at every step.
  package func isCancelled(_ id: Int) -> Bool {
    givenUp.value != settled && seats[id]?.entry.isFinished ?? true
  }

  /// The item is no longer under way. Its first answer counts, and none to one that was cancelled.
  package func answer(_ id: Int, with answer: Answer) {
    leave(id, .success(answer))
  }

  /// To be called when the worker has returned: whatever it left without an answer fails as `unanswered`.
  func finishRest() {
    while next() != nil {
      for id in seats.keys { leave(id, .failure(.unanswered)) }
    }
  }

  private func leave(_ id: Int, _ result: Result<Answer, BatchFailure>) {
    guard let seat = seats.removeValue(forKey: id) else { return }
    rows -= seat.entry.item.rows
    let now = clock()
    departures.append(
      Departure(
        item: seat.entry.item, stay: now > seat.start ? now - seat.start : 0, isGivenUp: seat.entry.isFinished))
    seat.entry.finish(result)
  }
}
