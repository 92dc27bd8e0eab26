import Foundation
import LanguageDetection
import Models
import Translation

/// A service with fixed answers that remembers its requests.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`.
final class StandInService: Translator, @unchecked Sendable {
  private let lock = NSLock()
  private var _translations: [TranslationRequest] = []
  private var _attentions: [AttentionRequest] = []
  private var _scores: [ScoreRequest] = []
  private var _cancellations = 0
  private var late: [@Sendable () -> Void] = []
  private let failure: TranslationError?
  private let answers: Bool
  private let tellsFirst: Bool

  let isReady: Bool
  let models: [ServedModel]
  private static let model = ServedModel(
    id: "en-fr", architecture: "transformer", parameters: 12, bytes: 48,
    languages: ModelLanguages(LanguagePair(source: "en", target: "fr")), precision: "float32", vocabulary: 7,
    attention: [.cross, .encoder],
    card: ModelCard(purpose: "tests", isDemonstration: true, scores: [.init(name: "a, BLEU", value: 26.5)]))
  let pairs: ServedPairs
  let load = ServiceLoad(queuedSentences: 6, activeRows: 9)
  private let pivot: String?
  private let detected: DetectedLanguage

  /// - Parameters:
  ///   - answers: false leaves every request waiting.
  ///   - tellsFirst: a failure comes after the first parts of the translation.
  ///   - pivoted: pairs that are served through a language between.
  ///   - pivot: the language between that every answer names.
  init(
    failure: TranslationError? = nil, answers: Bool = true, isReady: Bool = true, tellsFirst: Bool = false,
    pivoted: [LanguagePair] = [], pivot: String? = nil, models: [ServedModel]? = nil,
    detected: DetectedLanguage = DetectedLanguage(language: "en", confidence: 0.875)
  ) {
    self.detected = detected
    self.models = models ?? [Self.model]
    pairs = ServedPairs([LanguagePair(source: "en", target: "fr")] + pivoted)
    self.pivot = pivot
    self.failure = failure
    self.answers = answers
    self.tellsFirst = tellsFirst
    self.isReady = isReady
  }

  var translations: [TranslationRequest] { lock.withLock { _translations } }
  var attentions: [AttentionRequest] { lock.withLock { _attentions } }
  var scores: [ScoreRequest] { lock.withLock { _scores } }
  var cancellations: Int { lock.withLock { _cancellations } }

  func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable {
    let answer = { @Sendable in
      if self.failure == nil || self.tellsFirst { self.tell(request) }
      completion(self.failure.map { .failure($0) } ?? .success(request.texts.map { self.translated($0, request) }))
    }
    lock.withLock {
      _translations.append(request)
      if !answers { late.append(answer) }
    }
    if answers { answer() }
    return Handle(service: self)
  }

  func checkRoom(for terms: RequestTerms) throws(TranslationError) {
    if case .queueFull? = failure { throw .queueFull(retryAfterSeconds: 1) }
  }

  func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable {
    lock.withLock { _attentions.append(request) }
    if answers { completion(failure.map { .failure($0) } ?? .success(Self.attention)) }
    return Handle(service: self)
  }

  /// Scores of a token per pair.
  func score(
    _ request: ScoreRequest,
    completion: @escaping @Sendable (Result<[TranslationScore], TranslationError>) -> Void
  ) -> any Cancellable {
    lock.withLock { _scores.append(request) }
    let scores = request.pairs.enumerated().map { index, pair in
      TranslationScore(
        sourceTokens: [pair.text, "</s>"], targetTokens: [pair.translation, "</s>"], logProbs: [-0.5, -0.25],
        coverage: index == 0 ? 0.75 : nil, tokens: TokenCounts(source: 2, target: 2),
        timings: Timings(queueMilliseconds: 1, encodeMilliseconds: 2, decodeMilliseconds: 3, batchSize: 4))
    }
    completion(failure.map { .failure($0) } ?? .success(scores))
    return Handle(service: self)
  }

  /// Drops the translations that were left waiting, as a service with an error would.
  func forgetAll() { lock.withLock { late = [] } }

  /// Gives the translations that were left waiting.
  func answerAll() {
    let answers = lock.withLock { late }
    answers.forEach { $0() }
  }

  private struct Handle: Cancellable {
    let service: StandInService

    func cancel() { service.lock.withLock { service._cancellations += 1 } }
  }

  /// Two parts for each text.
  private func tell(_ request: TranslationRequest) {
    for (index, text) in request.texts.enumerated() {
      let (capitals, middle) = (Array(text.uppercased()), (text.count + 1) / 2)
      for part in [capitals[..<middle], capitals[middle...]] where !part.isEmpty {
        request.listener?(StreamedToken(text: index, sentence: 0, part: String(part)))
      }
    }
  }

  private func translated(_ text: String, _ request: TranslationRequest) -> TranslatedText {
    var sentence = TranslatedSentence(
      source: text, target: text.uppercased(), sourceTokens: [text, "</s>"],
      targetTokens: [text.uppercased(), "</s>"], score: -0.75, logProbs: [-0.5, -0.25],
      alignment: [AlignmentLink(source: 0..<2, target: 0..<3)], stopReason: .eos, truncated: false)
    sentence.pivot = pivot.map { PivotSentence(text: $0 + text, score: -0.25) }
    var translated = TranslatedText(
      text: text.uppercased(), alternatives: [text + "!"], sentences: [sentence],
      timings: Timings(queueMilliseconds: 1, encodeMilliseconds: 2.5, decodeMilliseconds: 3, batchSize: 4),
      tokens: TokenCounts(source: 5, target: 7), pivot: pivot)
    translated.alternativeScores = [-1.5]
    if request.source == nil { translated.detected = detected }
    return translated
  }

  static let attention = AttentionAnswer(
    model: "en-fr", architecture: "transformer", source: "en", target: "fr", sentences: 1,
    sourceTokens: ["a", "b", "</s>"], targetTokens: ["c", "</s>"], decoderTokens: ["<pad>", "c"],
    weights: [
      .cross: AttentionWeights(
        layers: [0], heads: [0, 1], shape: [1, 2, 2, 3],
        values: [0.5, 0.25, 0.25, 1, 0, 0, 0.3333333, 0.3333333, 0.3333334, 0.0000001, 0.9999999, 0])
    ])
}
