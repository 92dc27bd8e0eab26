import Batching
import Decoding

/// A worker of a service: it takes a decoder of the model that its clauses ask for, and gives it back once they are done.
/// Made and used on the worker's queue alone.
final class TranslationWorker {
  private let limits: BatchLimits
  private let observer: (any ServiceObserver)?
  private let clock: @Sendable () -> UInt64
  private var inFlight: [Int: InFlight] = [:]

  /// A clause in a decoding loop.
  private struct InFlight {
    let request: ClauseRequest
    /// Nanoseconds of the clock when the clause was encoded.
    let encoded: UInt64
    /// Timings without the time that decoding takes.
    let timings: Timings
  }

  /// Decodes a little with every model, so that the first request finds memory and caches warm.
  /// - Parameters:
  ///   - limits: limits per model, the batcher's kind.
  ///   - clock: nanoseconds that only rise.
  init(
    _ models: [LoadedModel], limits: BatchLimits, observer: (any ServiceObserver)?,
    clock: @escaping @Sendable () -> UInt64
  ) {
    self.limits = limits
    self.observer = observer
    self.clock = clock
    for model in models {
      let loop = model.decoders.take()
      defer { model.decoders.put(loop) }
      let unknown = [Int32](repeating: model.tokenizer.unknownToken, count: 15)
      var options = model.options
      options.maxLength = min(options.maxLength, 8)
      // Scores would pack a wide output layer that greedy requests never need.
      options.logProbs = false
      let request = DecodingRequest(source: unknown + [model.summary.endToken], options: options)
      _ = SentenceDecoder(loop).decode(Array(repeating: request, count: 8))
    }
  }

  /// Decodes clauses of one model after another: clauses enter and leave a model's loop until there are none.
  func process(_ session: WorkerSession<ClauseRequest, ClauseAnswer>) {
    var current: (model: Int, loop: any StepwiseDecoding, pool: DecoderPool)?
    defer { current.map { $0.pool.put($0.loop) } }
    while let started = session.next() {
      if let first = started.first?.payload {
        // Another model's clauses arrive when those of the model before have left.
        if let before = current, before.pool !== first.decoders {
          before.pool.put(before.loop)
          current = nil
        }
        let loop = current?.loop ?? first.decoders.take()
        current = (first.model, loop, first.decoders)
        admit(started, to: loop)
      }
      guard let current else { continue }
      let rowLimit = limits.rowLimit(of: current.model)
      current.loop.step(
        rowLimit: rowLimit, reservedRows: BatchLimits.reservedRows(of: rowLimit), isCancelled: session.isCancelled,
        settled: { inFlight[$0]?.request.receive($1) },
        finished: { id, result in
          if let answer = answer(id, result) { session.answer(id, with: answer) }
        })
    }
  }

  private func admit(_ started: [WorkerSession<ClauseRequest, ClauseAnswer>.StartedItem], to loop: any StepwiseDecoding)
  {
    observe(started)
    let start = clock()
    loop.admit(started.map(\.payload.decoding), ids: started.map(\.id))
    let end = clock()
    for item in started {
      let timings = Timings(
        queueMilliseconds: Double(item.waitedNanoseconds) / 1e6,
        encodeMilliseconds: milliseconds(from: start, to: end),
        decodeMilliseconds: 0, batchSize: item.batchRows)
      inFlight[item.id] = InFlight(request: item.payload, encoded: end, timings: timings)
    }
  }

  private func observe(_ started: [WorkerSession<ClauseRequest, ClauseAnswer>.StartedItem]) {
    guard let observer, let first = started.first else { return }
    let payloads = started.map(\.payload)
    let rows = payloads.reduce(0) { $0 + $1.rows }
    observer.ran(rows: first.batchRows, paddedTokens: rows * (payloads.map(\.length).max() ?? 0))
    for item in started { observer.started(waitedSeconds: Double(item.waitedNanoseconds) / 1e9) }
  }

  private func answer(_ id: Int, _ result: DecodingResult) -> ClauseAnswer? {
    guard let clause = inFlight.removeValue(forKey: id) else { return nil }
    let request = clause.request
    let translated = result.hypotheses.first?.tokens ?? []
    let tokens = TokenCounts(source: request.decoding.source.count, target: translated.count)
    observer?.finished(tokens)
    request.stream?.finish(translated, request.id)
    var timings = clause.timings
    timings.decodeMilliseconds = milliseconds(from: clause.encoded, to: clock())
    return ClauseAnswer(id: request.id, result: result, tokens: tokens, timings: timings)
  }

  private func milliseconds(from start: UInt64, to end: UInt64) -> Double {
    end > start ? Double(end - start) / 1e6 : 0
  }
}

extension ClauseRequest {
  fileprivate func receive(_ tokens: [Int32]) { stream?.receive(tokens, id) }
}
