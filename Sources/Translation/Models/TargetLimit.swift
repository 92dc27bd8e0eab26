import Checkpoint

/// The most target tokens that a source is worth: `factor` times its own, and `slack` more.
package struct TargetLimit: Sendable, Equatable {
  private let factor: Float
  private let slack: Int

  /// For checkpoints that say nothing: one that loops stops there rather than at its last position.
  ///
  /// Translations between natural languages keep well under it (a source of 20 tokens may become 92), so that what a
  /// checkpoint's own limit allows comes out unchanged unless it was a loop.
  static let ofLoops = TargetLimit(factor: 3, slack: 32)

  private init(factor: Float, slack: Int) {
    self.factor = factor
    self.slack = slack
  }

  /// Marian's `max-length-factor`.
  init(_ decoding: MarianDecoding) {
    self.init(factor: decoding.maxLengthFactor, slack: 0)
  }

  /// - Parameters:
  ///   - sourceTokens: end of sentence included, as in the tokens it answers.
  ///   - ceiling: what the model can give at all, never exceeded.
  package func tokens(sourceTokens: Int, ceiling: Int) -> Int {
    let worth = (factor * Float(sourceTokens)).rounded(.up) + Float(slack)
    return worth < Float(ceiling) ? max(1, Int(worth)) : ceiling
  }
}
