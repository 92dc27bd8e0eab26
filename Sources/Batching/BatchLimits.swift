/// When items can start on a worker.
package enum BatchMode: String, CaseIterable, Sendable {
  /// Between any two steps of the items in flight (continuous batching).
  case continuous
  /// Once all items in flight are finished: whole batches, one after another.
  case whole = "static"

  /// Default for the time that an item waits for others to start with it.
  ///
  /// A static batch waits for them on an idle worker. With continuous batching the wait ends earlier in most cases: when
  /// a third as many rows wait as are in flight, and a larger encoder pass is cheaper.
  package var defaultDelayMilliseconds: Double {
    switch self {
    case .continuous: 10
    case .whole: 3
    }
  }
}

/// The limits that the scheduler keeps.
package struct BatchLimits: Sendable, Equatable {
  package var mode: BatchMode
  /// Padded tokens in flight on a worker: rows times the longest item of those that started together. An item above the
  /// limit runs without others of its size.
  package var batchTokens: Int
  /// Bytes held beside the tokens in flight on a worker. An item above the limit runs without others of its size.
  package var batchHeldBytes: Int
  /// Rows that step together on a worker, by kind; other kinds have no limit. Beside an item that leaves fewer than
  /// `reservedRows(of:)`, that number is added for others.
  package var rows: [Int]
  /// Time that an item waits for others to start with it, at most.
  package var maxDelayNanoseconds: UInt64
  /// Time that one kind keeps a worker, or that a long item waits for capacity, while others go first.
  package var maxTurnNanoseconds: UInt64
  /// Items that wait. One client can use three quarters of them.
  package var queuedItems: Int
  /// Tokens that wait, without padding. One client can use three quarters of them.
  package var queuedTokens: Int

  package init(
    mode: BatchMode = .continuous, batchTokens: Int, batchHeldBytes: Int = 64 << 20, rows: [Int] = [],
    maxDelayNanoseconds: UInt64, maxTurnNanoseconds: UInt64 = 50_000_000, queuedItems: Int, queuedTokens: Int
  ) {
    self.mode = mode
    self.batchTokens = batchTokens
    self.batchHeldBytes = batchHeldBytes
    self.rows = rows
    self.maxDelayNanoseconds = maxDelayNanoseconds
    self.maxTurnNanoseconds = maxTurnNanoseconds
    self.queuedItems = queuedItems
    self.queuedTokens = queuedTokens
  }

  /// Tokens that a client starts per turn.
  var turnTokens: Int { batchTokens / 16 }
  /// Tokens of a small submission, hypotheses not counted: half a turn.
  var smallSubmissionTokens: Int { batchTokens / 32 }

  /// Rows of a kind that step together on a worker.
  package func rowLimit(of kind: Int) -> Int { rows.indices.contains(kind) ? rows[kind] : .max }

  /// Row limit of `kind` when its widest item needs `widest` rows.
  func rowLimit(of kind: Int, besideItemOfRows widest: Int) -> Int {
    let limit = rowLimit(of: kind)
    return max(limit, widest + Self.reservedRows(of: limit))
  }

  /// Rows of a limit that a wide item leaves to others: a quarter, or four if they are at most a third of the limit. Four
  /// hypotheses are what most clients ask for, and a quarter of a small model's twelve rows is three.
  package static func reservedRows(of limit: Int) -> Int { max(limit / 4, min(4, limit / 3)) }
}

// MARK: - Arithmetic without overflow

/// Sums and products of sizes and times that clients can make as large as they like.
extension UInt64 {
  func addingClamped(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension Int {
  func multipliedClamped(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
