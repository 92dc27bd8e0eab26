import Decoding
import LanguageDetection

/// What a client asks for: texts of any length between two languages.
package struct TranslationRequest: Sendable {
  package var texts: [String]
  /// A language code, lower case, as `/languages` lists them; nil finds each text's own among those served.
  package var source: String?
  package var target: String
  /// A model by id, where two serve one pair.
  package var model: String?
  /// 1 is greedy; nil takes the model's own.
  package var beam: Int?
  /// Further hypotheses a text, from the beam's n-best.
  package var alternatives: Int
  package var explain: Set<Explanation>
  package var splitting: SentenceSplitting
  package var format = TextFormat.text
  /// Where no source is given: whether the texts are parts of one, of one language.
  package var isOfOneLanguage = false
  package var terms = RequestTerms()
  /// Is told parts of the translation as they become certain, on one thread at a time and quickly; the answer comes after
  /// the last of them, and is what counts.
  package var listener: (@Sendable (StreamedToken) -> Void)?
  /// Of each passage that is translated, the text it is of; empty where every text is one passage.
  var owners: [Int] = []

  /// Bytes of texts, and texts, that are taken apart, or put together, in well under a millisecond.
  package static let briefBytes = 512
  private static let briefTexts = 16

  var isBrief: Bool {
    alternatives == 0 && explain.isEmpty && texts.count <= Self.briefTexts
      && texts.reduce(0) { $0 + $1.utf8.count } <= Self.briefBytes
  }

  package init(
    texts: [String], source: String?, target: String, model: String? = nil, beam: Int? = nil, alternatives: Int = 0,
    explain: Set<Explanation> = [], splitting: SentenceSplitting = .sentencesAndLines
  ) {
    self.texts = texts
    self.source = source
    self.target = target
    self.model = model
    self.beam = beam
    self.alternatives = alternatives
    self.explain = explain
    self.splitting = splitting
  }
}

/// What `details` of an answer may hold beyond the text.
package enum Explanation: String, CaseIterable, Sendable {
  case scores, alignment, timings, tokens
}

/// One text, translated, with its own white space put back.
package struct TranslatedText: Sendable {
  package var text: String
  package var alternatives: [String]
  /// Sum of the log-probabilities of each alternative's tokens; empty unless scores were asked for.
  package var alternativeScores: [Float] = []
  package var sentences: [TranslatedSentence]
  package var timings: Timings
  /// Of both models, where two translated one after the other.
  package var tokens: TokenCounts
  /// The language between, where two models translated one after the other.
  package var pivot: String?
  /// The language that was found, where none was given.
  package var detected: DetectedLanguage?
  /// Tags of a text with tags that nothing in the translation gave a place.
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

package struct TranslatedSentence: Sendable {
  package var source: String
  package var target: String
  /// With the end of sentence of each clause; empty unless tokens were asked for, as `targetTokens`.
  package var sourceTokens: [String]
  package var targetTokens: [String]
  /// Sum of `logProbs`; 0 unless scores were asked for.
  package var score: Float
  /// One a target token, end of sentence included; may be empty unless scores were asked for. Behind a pivot they are
  /// of the second step alone.
  package var logProbs: [Float]
  /// Links by UTF-8 byte offsets within `source` and `target`; empty unless asked for.
  package var alignment: [AlignmentLink]
  package var stopReason: StopReason
  /// The sentence was longer than the model is good for and was cut into clauses, each translated alone.
  package var truncated: Bool
  /// Bytes of UTF-8 in front of the sentence: of the whole text, and of the whole translation.
  package var sourceStart = 0
  package var targetStart = 0
  /// Where each span that had to stand as it is landed, within `source` and `target`.
  package var kept: [AlignmentLink] = []
  /// The model's translation ran in circles.
  package var repetition = false
  package var repairs: [Repair] = []
  /// Nil where one model translated it.
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

package struct AlignmentLink: Sendable, Equatable {
  package var source: Range<Int>
  package var target: Range<Int>

  package init(source: Range<Int>, target: Range<Int>) {
    self.source = source
    self.target = target
  }
}
