import Batching
import Decoding

/// A worker's own half of every model. Made and used on the worker's queue alone.
final class TranslationWorker {
  private let models: [LoadedModel]
  private let limits: BatchLimits
  private let loops: [any StepwiseDecoding]
  private let observer: (any ServiceObserver)?
  private let clock: @Sendable () -> UInt64
  private var underWay: [Int: UnderWay] = [:]

  /// A sentence in the loop.
  private struct UnderWay {
    let unit: WorkUnit
    /// Nanoseconds of the clock when it was encoded.
    let encoded: UInt64
    /// All but the time that decoding takes.
    let timings: Timings
  }

  /// Decodes a little with every model, so that the first request finds memory and caches warm.
  /// - Parameters:
  ///   - limits: by model, as kinds.
  ///   - clock: nanoseconds that only rise.
  init(
    _ models: [LoadedModel], limits: BatchLimits, observer: (any ServiceObserver)?,
    clock: @escaping @Sendable () -> UInt64
  ) {
    self.models = models
    self.limits = limits
    self.observer = observer
    self.clock = clock
    loops = models.map { $0.makeDecoder() }
    for (model, loop) in zip(models, loops) {
      let unknown = [Int32](repeating: model.tokenizer.unknownToken, count: 15)
      var options = model.options
      options.maxLength = min(options.maxLength, 8)
      let request = DecodingRequest(source: unknown + [model.summary.endToken], options: options)
      _ = SentenceDecoder(loop).decode(Array(repeating: request, count: 8))
    }
  }

  /// Sentences of one model enter and leave its loop until there are none; then it may be another's turn.
  func process(_ session: WorkerSession<WorkUnit, UnitAnswer>) {
    var model = 0
    while let arrivals = session.next() {
      if let first = arrivals.first {
        model = first.payload.model
        admit(arrivals, to: loops[model])
      }
      loops[model].step(
        rowLimit: limits.rowLimit(of: model), isCancelled: session.isCancelled,
        settled: { underWay[$0]?.unit.listener?($1) },
        finished: { id, result in
          if let answer = answer(id, result) { session.answer(id, with: answer) }
        })
    }
  }

  private func admit(_ arrivals: [WorkerSession<WorkUnit, UnitAnswer>.Arrival], to loop: any StepwiseDecoding) {
    observe(arrivals)
    let start = clock()
    loop.admit(arrivals.map(\.payload.request), ids: arrivals.map(\.id))
    let end = clock()
    for arrival in arrivals {
      let timings = Timings(
        queueMilliseconds: Double(arrival.waitedNanoseconds) / 1e6,
        encodeMilliseconds: milliseconds(from: start, to: end),
        decodeMilliseconds: 0, batchSize: arrival.batchRows)
      underWay[arrival.id] = UnderWay(unit: arrival.payload, encoded: end, timings: timings)
    }
  }

  private func observe(_ arrivals: [WorkerSession<WorkUnit, UnitAnswer>.Arrival]) {
    guard let observer, let first = arrivals.first else { return }
    let payloads = arrivals.map(\.payload)
    let rows = payloads.reduce(0) { $0 + $1.rows }
    observer.ran(rows: first.batchRows, paddedTokens: rows * (payloads.map(\.length).max() ?? 0))
    for arrival in arrivals { observer.started(waitedSeconds: Double(arrival.waitedNanoseconds) / 1e9) }
  }

  private func answer(_ id: Int, _ result: DecodingResult) -> UnitAnswer? {
    guard let sentence = underWay.removeValue(forKey: id) else { return nil }
    let tokens = TokenCounts(
      source: sentence.unit.request.source.count, target: result.hypotheses.first?.tokens.count ?? 0)
    observer?.finished(tokens)
    var timings = sentence.timings
    timings.decodeMilliseconds = milliseconds(from: sentence.encoded, to: clock())
    return UnitAnswer(result: result, tokens: tokens, timings: timings)
  }

  private func milliseconds(from start: UInt64, to end: UInt64) -> Double {
    end > start ? Double(end - start) / 1e6 : 0
  }
}
