import Checkpoint
import Decoding
import Foundation
import Translation

struct BenchSettings {
  var model: String
  var preferences: ModelPreferences
  var lines: [String]
  var batchSize: Int
  var beam: Int
  var workers: Int
  /// Target tokens to force a sentence.
  var length: Int?
}

struct BenchResult {
  var precision: String
  /// In input order.
  var translations: [String]
  /// End of sentence included.
  var sourceTokens: Int
  /// Without the end of sentence, as other engines count them.
  var targetTokens: Int
  /// Sentences cut because the model has no positions for the rest of them.
  var truncated: Int
  /// Encoding and decoding alone: loading and tokenization are not in it.
  var seconds: Double
  /// From text to tokens, and at the end back.
  var tokenizationSeconds: Double
  var loadSeconds: Double
}

/// One measurement: loads, tokenizes, warms up, then times the decoding.
struct BenchRun {
  private let settings: BenchSettings
  private let engine: TranslationEngine
  private let loadSeconds: Double

  /// - Throws: `FileError`, or `UsageError` for a length that the model has no positions for.
  init(_ settings: BenchSettings) throws {
    self.settings = settings
    let start = DispatchTime.now()
    engine = try TranslationEngine(CheckpointFolder.open(directory: settings.model), settings.preferences)
    loadSeconds = Self.seconds(since: start)
    let positions = engine.summary.maxPositions
    if let length = settings.length, length > positions {
      throw UsageError("--length: found \(length), expected at most the model's \(positions) positions")
    }
  }

  func run() -> BenchResult {
    let beginning = DispatchTime.now()
    let whole = settings.lines.map { engine.tokenizer.encode($0).ids }
    let encodingSeconds = Self.seconds(since: beginning)
    let sentences = whole.map(cut)
    let workers = (0..<settings.workers).map { BenchWorker(number: $0, decoder: SentenceDecoder(engine.makeDecoder())) }
    let queue = BenchQueue(batches: batches(of: sentences), requests: sentences.map(request))
    workers.forEach { $0.warmUp(queue) }
    let start = DispatchTime.now()
    let group = DispatchGroup()
    workers.forEach { $0.work(queue, in: group) }
    group.wait()
    let seconds = Self.seconds(since: start)
    let tokens = queue.tokens.map { $0.filter { $0 != engine.summary.endToken } }
    let end = DispatchTime.now()
    let translations = tokens.map(engine.tokenizer.decode)
    return BenchResult(
      precision: engine.summary.precision, translations: translations,
      sourceTokens: sentences.reduce(0) { $0 + $1.count }, targetTokens: tokens.reduce(0) { $0 + $1.count },
      truncated: zip(whole, sentences).count { $0.count != $1.count }, seconds: seconds,
      tokenizationSeconds: encodingSeconds + Self.seconds(since: end), loadSeconds: loadSeconds)
  }

  /// To the positions that the model has, the end of sentence kept.
  private func cut(_ ids: [Int32]) -> [Int32] {
    let limit = engine.summary.maxPositions
    return ids.count <= limit ? ids : ids.prefix(limit - 1) + [engine.summary.endToken]
  }

  /// Numbers of sentences; alike lengths together, longest first, so that little is padded and no long one comes last.
  /// Lines without text have nothing to decode.
  private func batches(of sentences: [[Int32]]) -> [[Int]] {
    var order = sentences.indices.filter { sentences[$0].count > 1 }
    if settings.batchSize > 1 { order.sort { (sentences[$0].count, $1) > (sentences[$1].count, $0) } }
    return stride(from: 0, to: order.count, by: settings.batchSize).map { start in
      Array(order[start..<min(start + settings.batchSize, order.count)])
    }
  }

  private func request(_ sentence: [Int32]) -> DecodingRequest {
    var options = engine.options
    options.beam = settings.beam
    options.forcedLength = settings.length
    options.logProbs = false
    if let limit = engine.targetLimit {
      options.maxLength = limit.tokens(sourceTokens: sentence.count, ceiling: options.maxLength)
    }
    return DecodingRequest(source: sentence, options: options)
  }

  private static func seconds(since start: DispatchTime) -> Double {
    Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
  }
}
