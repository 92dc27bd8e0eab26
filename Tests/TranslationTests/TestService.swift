import Decoding
import Foundation
import Models
import Support
import Translation

/// A service on doubles, and answers waited for.
struct TestService {
  let service: TranslationService
  let clock: ManualClock

  /// - Parameters:
  ///   - positions: tokens that the model has positions for.
  ///   - maxSourceTokens: tokens that it is good for.
  ///   - before: called with every batch of requests on the worker's thread, warm-up excluded.
  ///   - script: translations that are not shouted.
  init(
    pairs: [(id: String, pair: LanguagePair)] = [("en-fr", LanguagePair(source: "en", target: "fr"))],
    positions: Int = 200, maxSourceTokens: Int? = nil, attention: [AttentionKind: AttentionShape]? = nil,
    tokenizer: ScalarTokenizer = .init(),
    guidedLayer: Int? = nil, threads: ServiceThreads = ServiceThreads(),
    configure: (inout ServiceConfiguration) -> Void = { _ in },
    before: @escaping @Sendable ([DecodingRequest]) -> Void = { _ in },
    script: @escaping ShoutingDecoder.Script = { _, _ in nil }
  ) throws {
    let clock = ManualClock()
    self.clock = clock
    let shapes =
      attention ?? Dictionary(uniqueKeysWithValues: AttentionKind.allCases.map { ($0, Self.shape) })
    let summary = ModelSummary(
      architecture: "shouting", precision: "F32", parameters: 7, bytes: 28, sourceVocabulary: 0x110100,
      targetVocabulary: 0x110100, maxPositions: positions, startToken: 1, endToken: 0, padToken: 1, attention: shapes)
    var options = DecodingOptions()
    options.maxLength = positions
    let models = pairs.map { id, pair in
      LoadedModel(
        id: id, pair: pair, tokenizer: tokenizer, summary: summary, options: options, maxSourceTokens: maxSourceTokens,
        guidedLayer: guidedLayer
      ) {
        let isWarm = WarmUp()
        return ShoutingDecoder(shapes: shapes, clock: clock, script: script) { if isWarm.passed { before($0) } }
      }
    }
    var configuration = ServiceConfiguration(modelDirectories: [], workers: 2)
    configure(&configuration)
    service = try TranslationService(configuration: configuration, models: models, threads: threads) { clock.now }
  }

  static let shape = AttentionShape(layers: 2, heads: 3)

  func translate(_ request: TranslationRequest) -> Result<[TranslatedText], TranslationError> {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(request, completion: outcome.receive)
    return outcome.wait()
  }

  func translate(_ text: String, explain: Set<Explanation> = [], alternatives: Int = 0) throws -> TranslatedText {
    let request = TranslationRequest(
      texts: [text], source: "en", target: "fr", alternatives: alternatives, explain: explain)
    return try translate(request).get()[0]
  }

  func attention(_ request: AttentionRequest) -> Result<AttentionAnswer, TranslationError> {
    let outcome = Outcome<AttentionAnswer>()
    service.attention(request, completion: outcome.receive)
    return outcome.wait()
  }
}

extension TranslationService {
  func scored(
    _ pairs: [ScoredPair], from source: String = "en", to target: String = "fr"
  ) -> Result<[TranslationScore], TranslationError> {
    let outcome = Outcome<[TranslationScore]>()
    score(ScoreRequest(pairs: pairs, source: source, target: target), completion: outcome.receive)
    return outcome.wait()
  }
}

extension LoadedModel {
  /// A model that shouts.
  static func shouting(id: String, pair: LanguagePair, bytes: Int = 28, clock: ManualClock) -> LoadedModel {
    let summary = ModelSummary(
      architecture: "shouting", precision: "F32", parameters: 7, bytes: bytes, sourceVocabulary: 0x110100,
      targetVocabulary: 0x110100, maxPositions: 200, startToken: 1, endToken: 0, padToken: 1, attention: [:])
    var options = DecodingOptions()
    options.maxLength = 200
    return LoadedModel(id: id, pair: pair, tokenizer: ScalarTokenizer(), summary: summary, options: options) {
      ShoutingDecoder(shapes: [:], clock: clock) { _ in }
    }
  }
}

/// False the first time it is asked: every worker's first batch is its warm-up.
///
/// `@unchecked Sendable`: only used on one worker's queue.
private final class WarmUp: @unchecked Sendable {
  private var asked = false

  var passed: Bool {
    defer { asked = true }
    return asked
  }
}

/// The results that a completion was called with.
///
/// `@unchecked Sendable`: `results` is only touched under `lock`.
final class Outcome<Answer: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private let arrived = Signal()
  private var results: [Result<Answer, TranslationError>] = []

  @Sendable func receive(_ result: Result<Answer, TranslationError>) {
    lock.withLock { results.append(result) }
    arrived.signal()
  }

  /// The first result; `.cancelled`, beside the recorded issue, if none comes in time.
  func wait(
    seconds: Double = Signal.standardSeconds, fileID: String = #fileID, filePath: String = #filePath,
    line: Int = #line, column: Int = #column
  ) -> Result<Answer, TranslationError> {
    let hasCome = arrived.wait(seconds: seconds, fileID: fileID, filePath: filePath, line: line, column: column)
    return hasCome ? lock.withLock { results[0] } : .failure(.cancelled)
  }

  var count: Int { lock.withLock { results.count } }
}
