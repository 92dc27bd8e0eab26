import Decoding
import Foundation
import Models
import Support
import Translation

/// A decoder whose translation is its source, aligned token by token, in time linear in the tokens. It takes no weights,
/// so that what is measured is the work around the model.
final class EchoDecoder: StepwiseDecoding {
  private var waiting: [(id: Int, request: DecodingRequest)] = []

  static let attention = AttentionShape(layers: 2, heads: 2)

  var isEmpty: Bool { waiting.isEmpty }

  func admit(_ requests: [DecodingRequest], ids: [Int]) {
    waiting += zip(ids, requests).map { ($0, $1) }
  }

  func step(
    rowLimit: Int, reservedRows: Int, isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void,
    finished: (Int, DecodingResult) -> Void
  ) {
    for (id, request) in waiting { finished(id, echo(of: request)) }
    waiting.removeAll()
  }

  private func echo(of request: DecodingRequest) -> DecodingResult {
    let tokens = Array((request.options.forcedTarget ?? request.source).prefix(request.options.maxLength))
    let hypothesis = Hypothesis(
      tokens: tokens, logProbs: request.options.logProbs ? tokens.map { _ in -1 } : [], score: -1, stopReason: .eos)
    var result = DecodingResult(hypotheses: Array(repeating: hypothesis, count: request.options.hypotheses))
    switch request.options.capture {
    case .none: break
    case .alignment: result.alignment = tokens.indices.map { min($0, request.source.count - 1) }
    case .weights(let maps):
      for (kind, maps) in maps {
        let queries = kind == .encoder ? request.source.count : tokens.count
        let keys = kind == .decoder ? tokens.count : request.source.count
        let heads = if case .each(let heads) = maps.heads { heads.count } else { 1 }
        result.attention[kind] = Array(repeating: 1 / Float(keys), count: maps.layers.count * heads * queries * keys)
      }
    }
    return result
  }
}

extension TranslationService {
  /// A service that echoes: pt-en and en-fr, so that pt-fr goes through English.
  static func echoing() throws -> TranslationService {
    let summary = ModelSummary(
      architecture: "echo", precision: "F32", parameters: 1, bytes: 4, sourceVocabulary: 0x110100,
      targetVocabulary: 0x110100, maxPositions: 200, startToken: 1, endToken: 0, padToken: 1,
      attention: Dictionary(uniqueKeysWithValues: AttentionKind.allCases.map { ($0, EchoDecoder.attention) }))
    var options = DecodingOptions()
    options.maxLength = 200
    let models = [("pt", "en"), ("en", "fr")].map { [options] source, target in
      LoadedModel(
        id: "\(source)-\(target)", pair: LanguagePair(source: source, target: target), tokenizer: ScalarTokenizer(),
        summary: summary, options: options, makeDecoder: EchoDecoder.init)
    }
    var configuration = ServiceConfiguration(modelDirectories: [], workers: 1)
    configuration.maxQueuedSentences = 1_000_000
    configuration.maxQueuedTokens = 100_000_000
    configuration.requestTimeoutMilliseconds = 1_000_000_000
    return try TranslationService(configuration: configuration, models: models)
  }
}
