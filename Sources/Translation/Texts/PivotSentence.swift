/// What a sentence was in the language between, where two models translated it one after the other.
package struct PivotSentence: Sendable, Equatable {
  package var text: String
  /// Sum of the first step's log-probabilities; 0 unless scores were asked for.
  package var score: Float

  package init(text: String, score: Float) {
    self.text = text
    self.score = score
  }
}
