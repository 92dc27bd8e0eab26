import Decoding
import Foundation
import Models
import Terminal
import Translation

/// One measurement of a model: loads it, tokenizes the lines, warms the workers up, and times the decoding.
package struct DecodingBenchmark {
  package struct Settings: Sendable {
    package var model: String
    package var preferences: ModelPreferences
    package var lines: [String]
    package var batchSize: Int
    package var beam: Int
    package var workers: Int
    /// The number of target tokens to force per sentence; nil leaves it to the model.
    package var length: Int?

    package init(
      model: String, preferences: ModelPreferences, lines: [String], batchSize: Int, beam: Int, workers: Int,
      length: Int? = nil
    ) {
      self.model = model
      self.preferences = preferences
      self.lines = lines
      self.batchSize = batchSize
      self.beam = beam
      self.workers = workers
      self.length = length
    }
  }

  package struct Result: Sendable {
    package var precision: String
    /// Translations in the order of the input.
    package var translations: [String]
    /// The number of source tokens, ends of sentences included.
    package var sourceTokens: Int
    /// The number of target tokens without ends of sentences, as other engines count them.
    package var targetTokens: Int
    /// The number of sentences that were cut to the model's positions.
    package var truncatedSentences: Int
    /// The time for encoding and decoding; loading and tokenization are not in it.
    package var seconds: Double
    /// The time from text to tokens and from tokens to text.
    package var tokenizationSeconds: Double
    package var loadSeconds: Double
  }

  private let settings: Settings
  private let engine: LoadedModel
  private let loadSeconds: Double

  /// - Throws: `FileError`, or `UsageError` if the model has too few positions for the forced length.
  package init(_ settings: Settings) throws {
    self.settings = settings
    let start = DispatchTime.now()
    engine = try LoadedModel(directory: settings.model, pair: .undetermined, preferences: settings.preferences)
    loadSeconds = Self.seconds(since: start)
    let positions = engine.summary.maxPositions
    if let length = settings.length, length > positions {
      throw UsageError("--length: found \(length), expected at most the model's \(positions) positions")
    }
  }

  /// - Parameter progress: takes the number of sentences that are decoded, a few times per second and at the end.
  package func run(progress: (Int) -> Void = { _ in }) -> Result {
    let beginning = DispatchTime.now()
    let whole = settings.lines.map { engine.tokenizer.encode($0).ids }
    let encodingSeconds = Self.seconds(since: beginning)
    let sentences = whole.map(truncated)
    let workers = (0..<settings.workers).map { Worker(number: $0, decoder: SentenceDecoder(engine.makeDecoder())) }
    let queue = BatchQueue(batches: batches(of: sentences), requests: sentences.map(request))
    workers.forEach { $0.warmUp(queue) }
    let start = DispatchTime.now()
    let group = DispatchGroup()
    workers.forEach { $0.work(queue, in: group) }
    while group.wait(timeout: .now() + .milliseconds(200)) == .timedOut { progress(queue.finished) }
    let seconds = Self.seconds(since: start)
    progress(queue.finished)
    let tokens = queue.tokens.map { $0.filter { $0 != engine.summary.endToken } }
    let end = DispatchTime.now()
    let translations = tokens.map(engine.tokenizer.decode)
    return Result(
      precision: engine.summary.precision, translations: translations,
      sourceTokens: sentences.reduce(0) { $0 + $1.count }, targetTokens: tokens.reduce(0) { $0 + $1.count },
      truncatedSentences: zip(whole, sentences).count { $0.count != $1.count }, seconds: seconds,
      tokenizationSeconds: encodingSeconds + Self.seconds(since: end), loadSeconds: loadSeconds)
  }

  /// Cuts a sentence to the model's positions and keeps its end token.
  private func truncated(_ ids: [Int32]) -> [Int32] {
    let limit = engine.summary.maxPositions
    return ids.count <= limit ? ids : ids.prefix(limit - 1) + [engine.summary.endToken]
  }

  /// Indices of sentences, batch by batch. Similar lengths are together, so that little is padded, and the longest
  /// sentences come first, so that no worker is left alone with them. Lines without text are left out.
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
    if let limit = engine.ownTargetLimit {
      options.maxLength = limit.tokens(sourceTokens: sentence.count, ceiling: options.maxLength)
    }
    return DecodingRequest(source: sentence, options: options)
  }

  private static func seconds(since start: DispatchTime) -> Double {
    Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
  }
}

// MARK: Workers

/// Batches for the workers to take in turn, and the tokens that were decoded.
///
/// `@unchecked Sendable`: the variables are only touched under `lock`; the other properties are constant.
private final class BatchQueue: @unchecked Sendable {
  private let lock = NSLock()
  private let batches: [[Int]]
  private let requests: [DecodingRequest]
  private var next = 0
  private var decoded: [[Int32]]
  private var finishedCount = 0

  /// - Parameter batches: indices of requests.
  init(batches: [[Int]], requests: [DecodingRequest]) {
    self.batches = batches
    self.requests = requests
    decoded = Array(repeating: [], count: requests.count)
  }

  /// Target tokens per sentence; empty for a sentence that was not decoded.
  var tokens: [[Int32]] { lock.withLock { decoded } }

  /// The number of sentences that are decoded.
  var finished: Int { lock.withLock { finishedCount } }

  func take() -> [Int]? {
    lock.withLock {
      guard next < batches.count else { return nil }
      defer { next += 1 }
      return batches[next]
    }
  }

  func requests(_ batch: some Sequence<Int>) -> [DecodingRequest] {
    batch.map { requests[$0] }
  }

  func finish(_ batch: [Int], _ results: [DecodingResult]) {
    lock.withLock {
      finishedCount += batch.count
      for (sentence, result) in zip(batch, results) { decoded[sentence] = result.hypotheses.first?.tokens ?? [] }
    }
  }

  /// A few sentences for the warm-up.
  var sample: [DecodingRequest] { requests((batches.first ?? []).prefix(4)) }
}

/// A thread with a decoder of its own.
///
/// `@unchecked Sendable`: `decoder` is only used on `queue`.
private final class Worker: @unchecked Sendable {
  private let queue: DispatchQueue
  private let decoder: SentenceDecoder

  init(number: Int, decoder: SentenceDecoder) {
    queue = DispatchQueue(label: "bench worker \(number)")
    self.decoder = decoder
  }

  func warmUp(_ work: BatchQueue) {
    let sample = work.sample
    guard !sample.isEmpty else { return }
    queue.sync { _ = decoder.decode(sample) }
  }

  func work(_ work: BatchQueue, in group: DispatchGroup) {
    queue.async(group: group) { [self] in
      while let batch = work.take() {
        work.finish(batch, decoder.decode(work.requests(batch)).results)
      }
    }
  }
}
