/// Is told what the service does, for whoever counts it. Called on workers' threads, so it must be quick.
package protocol ServiceObserver: Sendable {
  /// A sentence left the queue for a worker.
  func started(waitedSeconds: Double)
  /// Sentences start on a worker: the rows under way there from now on, beams included, and the tokens that start,
  /// padding included.
  func ran(rows: Int, paddedTokens: Int)
  /// A sentence was decoded, or given up on the way: tokens that went in and came out, ends of sentences included.
  func finished(_ tokens: TokenCounts)
}

/// Tokens, ends of sentences included, of what was translated.
package struct TokenCounts: Sendable, Equatable {
  package var source: Int
  package var target: Int

  package init(source: Int = 0, target: Int = 0) {
    self.source = source
    self.target = target
  }

  static func + (a: TokenCounts, b: TokenCounts) -> TokenCounts {
    TokenCounts(source: a.source + b.source, target: a.target + b.target)
  }
}

/// What the service has in hand at this moment.
package struct ServiceLoad: Sendable, Equatable {
  package var queuedSentences: Int
  /// Rows, beams included, in the hands of workers.
  package var activeRows: Int

  package init(queuedSentences: Int = 0, activeRows: Int = 0) {
    self.queuedSentences = queuedSentences
    self.activeRows = activeRows
  }
}
