import Decoding
import LanguageDetection

/// A translated text, with the white space of its source.
package struct TranslatedText: Sendable {
  package var text: String
  package var alternatives: [String]
  /// Sum of token log-probabilities per alternative; empty unless scores were asked for.
  package var alternativeScores: [Float] = []
  package var sentences: [TranslatedSentence]
  package var timings: Timings
  /// Token counts; the sums over both models if two translated one after the other.
  package var tokens: TokenCounts
  /// The language between, if two models translated one after the other.
  package var pivot: String?
  /// The detected language, if the request named none.
  package var detected: DetectedLanguage?
  /// Tags that nothing in the translation gave a place.
  package var unplaced: [String] = []

  package init(
    text: String, alternatives: [String], sentences: [TranslatedSentence], timings: Timings, tokens: TokenCounts,
    pivot: String? = nil
  ) {
    self.text = text
    self.alternatives = alternatives
    self.sentences = sentences
    self.timings = timings
    self.tokens = tokens
    self.pivot = pivot
  }
}

/// A sentence of a translated text.
package struct TranslatedSentence: Sendable {
  package var source: String
  package var target: String
  /// Pieces with the end of sentence of each clause; empty unless tokens were asked for, as `targetTokens`.
  package var sourceTokens: [String]
  package var targetTokens: [String]
  /// Sum of `logProbs`; 0 unless scores were asked for.
  package var score: Float
  /// Log-probability per target token, end of sentence included; can be empty unless scores were asked for. With a pivot
  /// they are those of the second step.
  package var logProbs: [Float]
  /// Links between UTF-8 byte ranges of `source` and `target`; empty unless asked for.
  package var alignment: [AlignmentLink]
  package var stopReason: StopReason
  /// Whether the sentence was longer than the model is good for, and was cut into clauses that were translated alone.
  package var truncated: Bool
  /// UTF-8 bytes in front of the sentence, in the whole text and in the whole translation.
  package var sourceStart = 0
  package var targetStart = 0
  /// Byte ranges of each protected span within `source` and `target`.
  package var keptLinks: [AlignmentLink] = []
  /// The terms of the request that are in `source`.
  package var terms: [TermUse] = []
  /// Whether the model repeated itself.
  package var repetition = false
  package var repairs: [Repair] = []
  /// The sentence in the language between; nil if one model translated it.
  package var pivot: PivotSentence?

  package init(
    source: String, target: String, sourceTokens: [String], targetTokens: [String], score: Float, logProbs: [Float],
    alignment: [AlignmentLink], stopReason: StopReason, truncated: Bool
  ) {
    self.source = source
    self.target = target
    self.sourceTokens = sourceTokens
    self.targetTokens = targetTokens
    self.score = score
    self.logProbs = logProbs
    self.alignment = alignment
    self.stopReason = stopReason
    self.truncated = truncated
  }
}

/// A sentence in the language between two models.
package struct PivotSentence: Sendable, Equatable {
  package var text: String
  /// Sum of the first step's log-probabilities; 0 unless scores were asked for.
  package var score: Float

  package init(text: String, score: Float) {
    self.text = text
    self.score = score
  }
}
