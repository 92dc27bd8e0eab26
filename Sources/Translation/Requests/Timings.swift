/// The longest times of any clause of a text.
package struct Timings: Sendable {
  package var queueMilliseconds: Double
  package var encodeMilliseconds: Double
  package var decodeMilliseconds: Double
  /// Rows in flight on the worker when a clause of the text started, beams and the clause itself included; the most of
  /// any clause.
  package var batchSize: Int

  package init(queueMilliseconds: Double, encodeMilliseconds: Double, decodeMilliseconds: Double, batchSize: Int) {
    self.queueMilliseconds = queueMilliseconds
    self.encodeMilliseconds = encodeMilliseconds
    self.decodeMilliseconds = decodeMilliseconds
    self.batchSize = batchSize
  }
}

extension Timings {
  /// Timings of clauses that were translated at the same time.
  package init(longestOf all: some Collection<Timings>) {
    self.init(
      queueMilliseconds: all.lazy.map(\.queueMilliseconds).max() ?? 0,
      encodeMilliseconds: all.lazy.map(\.encodeMilliseconds).max() ?? 0,
      decodeMilliseconds: all.lazy.map(\.decodeMilliseconds).max() ?? 0,
      batchSize: all.lazy.map(\.batchSize).max() ?? 0)
  }

  /// Timings of two steps, one after the other.
  func followed(by second: Timings) -> Timings {
    Timings(
      queueMilliseconds: queueMilliseconds + second.queueMilliseconds,
      encodeMilliseconds: encodeMilliseconds + second.encodeMilliseconds,
      decodeMilliseconds: decodeMilliseconds + second.decodeMilliseconds,
      batchSize: max(batchSize, second.batchSize))
  }
}

/// The numbers of tokens that were translated, ends of sentences included.
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
