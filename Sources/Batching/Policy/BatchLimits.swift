/// The numbers behind the batching rules.
package struct BatchLimits: Sendable, Equatable {
  package var mode: BatchMode
  /// Padded tokens under way on a worker: rows times the longest of those that started together. An item that alone is
  /// over it runs without others of its size.
  package var batchTokens: Int
  /// Rows that step together on a worker, by kind; of other kinds any number. Beside an item that leaves less, or
  /// none, a quarter of that is left to others.
  package var rows: [Int]
  /// Nanoseconds that an item waits at most for others to start with it.
  package var delay: UInt64
  /// Nanoseconds that one kind may keep a worker, or a long item wait for room, while others go before.
  package var turn: UInt64
  /// Items and tokens (without padding) that may wait. One client may take up three quarters of it.
  package var queuedItems: Int
  package var queuedTokens: Int

  package init(
    mode: BatchMode = .continuous, batchTokens: Int, rows: [Int] = [], delay: UInt64, turn: UInt64 = 50_000_000,
    queuedItems: Int, queuedTokens: Int
  ) {
    self.mode = mode
    self.batchTokens = batchTokens
    self.rows = rows
    self.delay = delay
    self.turn = turn
    self.queuedItems = queuedItems
    self.queuedTokens = queuedTokens
  }

  /// Tokens that a client may start in a turn.
  var turnTokens: Int { batchTokens / 16 }
  /// Tokens of a small submission, its hypotheses not counted: half a turn.
  var smallSubmission: Int { batchTokens / 32 }

  /// Rows of a kind that step together on a worker.
  package func rowLimit(of kind: Int) -> Int { rows.indices.contains(kind) ? rows[kind] : .max }

  /// The same where the widest item has so many.
  func places(of kind: Int, besideRows widest: Int) -> Int {
    let limit = rowLimit(of: kind)
    return max(limit, widest + limit / 4)
  }
}
