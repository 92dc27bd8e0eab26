/// A request for the probabilities that a model gives to translations that the client has.
package struct ScoreRequest: Sendable {
  /// Each is one sequence for the model: it is neither split into sentences nor cut.
  package var pairs: [ScoredPair]
  package var source: String
  package var target: String
  /// The id of a model; nil takes the first that serves the pair.
  package var model: String?
  package var terms = RequestTerms()

  package init(pairs: [ScoredPair], source: String, target: String, model: String? = nil) {
    self.pairs = pairs
    self.source = source
    self.target = target
    self.model = model
  }
}

/// A text and a translation of it.
package struct ScoredPair: Sendable, Equatable {
  package var text: String
  package var translation: String

  package init(text: String, translation: String) {
    self.text = text
    self.translation = translation
  }
}

/// The probability of one translation, by the model's own measure.
package struct TranslationScore: Sendable {
  package var sourceTokens: [String]
  /// Pieces of the translation, end of sentence included, without the tokens that name languages.
  package var targetTokens: [String]
  /// Natural logarithm of the probability of each token after the ones before it.
  package var logProbs: [Float]
  /// The part of the source that the translation attends to, from 0 to 1. Nil if the model has no attention to the
  /// source, or if the pair is too long to keep it.
  package var coverage: Float?
  package var tokens: TokenCounts
  package var timings: Timings

  package init(
    sourceTokens: [String], targetTokens: [String], logProbs: [Float], coverage: Float?, tokens: TokenCounts,
    timings: Timings
  ) {
    self.sourceTokens = sourceTokens
    self.targetTokens = targetTokens
    self.logProbs = logProbs
    self.coverage = coverage
    self.tokens = tokens
    self.timings = timings
  }

  /// Natural logarithm of the probability of the whole translation.
  package var logProb: Float { logProbs.reduce(0, +) }

  /// The logarithm per token, by which translations of different lengths compare.
  package var perToken: Float { logProbs.isEmpty ? 0 : logProb / Float(logProbs.count) }
}
