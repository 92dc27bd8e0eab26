import Models

/// The outcome of one request, best hypothesis first.
package struct DecodingResult: Sendable {
  package var hypotheses: [Hypothesis]
  /// Weights of the maps that `AttentionCapture.weights` asked for, of the best hypothesis with its T tokens:
  /// cross (maps, T, S), encoder (maps, S, S), decoder (maps, T, T) with zeros past each step.
  package var attention: [AttentionKind: [Float]]
  /// The source position that `AttentionCapture.alignment` asked for, per token of the best hypothesis; else empty.
  package var alignment: [Int]

  package init(hypotheses: [Hypothesis], attention: [AttentionKind: [Float]] = [:], alignment: [Int] = []) {
    self.hypotheses = hypotheses
    self.attention = attention
    self.alignment = alignment
  }
}

/// One translation that a search has found.
package struct Hypothesis: Sendable {
  /// Target token ids, with the end of sentence if it was produced.
  package var tokens: [Int32]
  /// Log-probability per token; empty if none were asked for.
  package var logProbs: [Float]
  /// Sum of the log-probabilities, normalised by length.
  package var score: Float
  package var stopReason: StopReason

  package init(tokens: [Int32], logProbs: [Float], score: Float, stopReason: StopReason) {
    self.tokens = tokens
    self.logProbs = logProbs
    self.score = score
    self.stopReason = stopReason
  }
}

/// The reason why a hypothesis ended.
package enum StopReason: String, Sendable {
  /// The model ended the sentence itself.
  case eos
  /// The limit of target tokens was reached first.
  case length
  /// The request was cancelled.
  case cancelled
}
