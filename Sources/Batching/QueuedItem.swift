import Foundation

/// Work of one sequence that workers process in batches.
package protocol BatchPayload: Sendable {
  /// Only payloads of one kind share a batch, such as those of one model.
  var kind: Int { get }
  /// Tokens per row.
  var length: Int { get }
  /// Rows in a batch, such as the width of the beam.
  var rows: Int { get }
  /// Bytes that a worker holds for the sequence beside its tokens, such as captured attention.
  var heldBytes: Int { get }
}

/// The scheduling data of one queued sequence: sizes and age, never the payload.
package struct BatchItem: Sendable, Equatable {
  /// Rises with each admission, so that it orders items of the same time.
  package let id: UInt64
  /// Items of one submission share a submission ID, and so a client.
  package let submissionID: UInt64
  /// The client that sent the item; clients share the workers fairly.
  package let client: String
  /// Only items of one kind are in flight together on a worker.
  package let kind: Int
  /// Tokens per row, 1 to 2^24; every row is padded to the longest item that starts with it.
  package let length: Int
  /// Rows in a batch, 1 to 2^16.
  package let rows: Int
  /// Bytes that a worker holds for the item beside its tokens, 0 to 2^40.
  package let heldBytes: Int
  /// Time of admission, in nanoseconds of the batcher's clock.
  package let arrival: UInt64
  /// Whether the item continues admitted work, as the second pass of a pivot: only a drain refuses it.
  package let isContinuation: Bool
  /// Whether the item is work that nobody waits for: its submission has a lesser share of the workers, and never the
  /// first turn of small ones.
  package let isBackground: Bool

  /// Clamps sizes into their ranges, so that sums of costs cannot overflow.
  package init(
    id: UInt64, submissionID: UInt64, client: String = "", kind: Int, length: Int, rows: Int, heldBytes: Int = 0,
    arrival: UInt64, isContinuation: Bool = false, isBackground: Bool = false
  ) {
    self.id = id
    self.submissionID = submissionID
    self.client = client
    self.kind = kind
    self.length = min(max(length, 1), 1 << 24)
    self.rows = min(max(rows, 1), 1 << 16)
    self.heldBytes = min(max(heldBytes, 0), 1 << 40)
    self.arrival = arrival
    self.isContinuation = isContinuation
    self.isBackground = isBackground
  }

  /// Tokens of all rows, without padding.
  package var tokens: Int { rows * length }
}

/// A payload on its way from submission to its answer, with its scheduling data.
///
/// The item is answered once: only the first `finish` calls the completion.
///
/// `@unchecked Sendable`: `completion` is only touched under `lock`, all else is immutable.
final class QueuedItem<Payload: Sendable, Answer: Sendable>: @unchecked Sendable {
  typealias Completion = @Sendable (Result<Answer, BatchFailure>) -> Void

  let item: BatchItem
  let payload: Payload
  private let lock = NSLock()
  private var completion: Completion?

  init(_ item: BatchItem, payload: Payload, completion: @escaping Completion) {
    self.item = item
    self.payload = payload
    self.completion = completion
  }

  var isFinished: Bool { lock.withLock { completion == nil } }

  /// Calls the completion on this thread, unless the item was finished before.
  func finish(_ result: Result<Answer, BatchFailure>) {
    let completion = lock.withLock {
      defer { self.completion = nil }
      return self.completion
    }
    completion?(result)
  }
}

/// The reason for which an item gets no answer from a worker.
package enum BatchFailure: Error, Equatable, Sendable {
  /// The queue has no room; the items in it are expected to take this time.
  case queueFull(waitNanoseconds: UInt64)
  /// The expected wait is longer than the deadline allows.
  case tooLate(waitNanoseconds: UInt64)
  /// The batcher drains, and takes nothing new.
  case draining
  /// The item's ticket was cancelled.
  case cancelled
  case deadlinePassed
  /// The worker returned without an answer.
  case unanswered
}
