/// The longest of any sentence of a text.
package struct Timings: Sendable {
  package var queueMilliseconds: Double
  package var encodeMilliseconds: Double
  package var decodeMilliseconds: Double
  /// Rows under way on the worker, itself and beams included, when a sentence of this text started; the most of any.
  package var batchSize: Int

  package init(queueMilliseconds: Double, encodeMilliseconds: Double, decodeMilliseconds: Double, batchSize: Int) {
    self.queueMilliseconds = queueMilliseconds
    self.encodeMilliseconds = encodeMilliseconds
    self.decodeMilliseconds = decodeMilliseconds
    self.batchSize = batchSize
  }
}

extension Timings {
  /// Of what happened side by side.
  package init(longestOf all: [Timings]) {
    self.init(
      queueMilliseconds: all.lazy.map(\.queueMilliseconds).max() ?? 0,
      encodeMilliseconds: all.lazy.map(\.encodeMilliseconds).max() ?? 0,
      decodeMilliseconds: all.lazy.map(\.decodeMilliseconds).max() ?? 0,
      batchSize: all.lazy.map(\.batchSize).max() ?? 0)
  }

  /// Of two steps, one after the other.
  func followed(by second: Timings) -> Timings {
    Timings(
      queueMilliseconds: queueMilliseconds + second.queueMilliseconds,
      encodeMilliseconds: encodeMilliseconds + second.encodeMilliseconds,
      decodeMilliseconds: decodeMilliseconds + second.decodeMilliseconds,
      batchSize: max(batchSize, second.batchSize))
  }
}
