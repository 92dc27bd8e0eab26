import Decoding
import LanguageDetection

/// A translated text, with the white space of its source.
///
/// Its details are held apart, so that the thousands of texts of a document, which have none, take little memory.
package struct TranslatedText: Sendable {
  package var text: String {
    get {
      switch words {
      case .own(let text): text
      case .packed(let texts, let number): texts[Int(number)]
      }
    }
    set { words = .own(newValue) }
  }
  package var sentences: [TranslatedSentence]
  private var words: Words
  private var details: Details

  private enum Words: Sendable {
    case own(String)
    /// A text of many by its number, which is made when it is read.
    case packed(PackedTexts, UInt32)
  }

  private struct Values: Sendable {
    var alternatives: [String] = []
    var alternativeScores: [Float] = []
    var timings = Timings(longestOf: [])
    var tokens = TokenCounts()
    var unlistedSentences = 0
    var pivot: String?
    var detected: DetectedLanguage?
    var unplaced: [String] = []
  }

  private final class Details: Sendable {
    static let none = Details(Values())
    let values: Values

    init(_ values: Values) { self.values = values }
  }

  package init(
    text: String, alternatives: [String], sentences: [TranslatedSentence], timings: Timings, tokens: TokenCounts,
    pivot: String? = nil
  ) {
    words = .own(text)
    self.sentences = sentences
    details = Details(Values(alternatives: alternatives, timings: timings, tokens: tokens, pivot: pivot))
  }

  /// A text without details.
  package init(text: String) {
    words = .own(text)
    sentences = []
    details = .none
  }

  /// A text of many, without details.
  init(_ texts: PackedTexts, number: Int) {
    words = .packed(texts, UInt32(truncatingIfNeeded: number))
    sentences = []
    details = .none
  }

  package var alternatives: [String] {
    get { details.values.alternatives }
    set { change { $0.alternatives = newValue } }
  }

  /// Sum of token log-probabilities per alternative; empty unless scores were asked for.
  package var alternativeScores: [Float] {
    get { details.values.alternativeScores }
    set { change { $0.alternativeScores = newValue } }
  }

  package var timings: Timings {
    get { details.values.timings }
    set { change { $0.timings = newValue } }
  }

  /// Token counts; the sums over both models if two translated one after the other.
  package var tokens: TokenCounts {
    get { details.values.tokens }
    set { change { $0.tokens = newValue } }
  }

  /// Number of sentences that were translated and are not in `sentences`, because only texts were asked for.
  package var unlistedSentences: Int {
    get { details.values.unlistedSentences }
    set { change { $0.unlistedSentences = newValue } }
  }

  /// The language between, if two models translated one after the other.
  package var pivot: String? {
    get { details.values.pivot }
    set { change { $0.pivot = newValue } }
  }

  /// The detected language, if the request named none.
  package var detected: DetectedLanguage? {
    get { details.values.detected }
    set { change { $0.detected = newValue } }
  }

  /// Tags that nothing in the translation gave a place.
  package var unplaced: [String] {
    get { details.values.unplaced }
    set { change { $0.unplaced = newValue } }
  }

  private mutating func change(_ change: (inout Values) -> Void) {
    var values = details.values
    change(&values)
    details = Details(values)
  }
}

extension [TranslatedText] {
  /// A text without words and sentences that has the counts of all; nil if there are no texts.
  var counts: TranslatedText? {
    guard let first else { return nil }
    var counts = TranslatedText(text: "")
    counts.timings = Timings(longestOf: lazy.map(\.timings))
    counts.tokens = reduce(TokenCounts()) { $0 + $1.tokens }
    counts.unlistedSentences = reduce(0) { $0 + $1.sentences.count + $1.unlistedSentences }
    counts.pivot = first.pivot
    return counts
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
