import Batching
import Decoding

/// A worker's own half of every model. Made and used on the worker's queue alone.
final class TranslationWorker {
  private let decoders: [any BatchDecoding]
  private let models: [LoadedModel]
  private let observer: (any ServiceObserver)?

  /// Decodes a little with every model, so that the first request finds memory and caches warm.
  init(_ models: [LoadedModel], observer: (any ServiceObserver)?) {
    decoders = models.map { $0.makeDecoder() }
    self.models = models
    self.observer = observer
    for (model, decoder) in zip(models, decoders) {
      let unknown = [Int32](repeating: model.tokenizer.unknownToken, count: 15)
      var options = model.options
      options.maxLength = min(options.maxLength, 8)
      let request = DecodingRequest(source: unknown + [model.summary.endToken], options: options)
      _ = decoder.decode(Array(repeating: request, count: 8)) { _ in false }
    }
  }

  func process(_ run: BatchRun<WorkUnit, UnitAnswer>) {
    guard let model = run.payloads.first?.model else { return }
    observe(run)
    let (results, timings) = decoders[model].decode(run.payloads.map(\.request)) { run.isCancelled($0) }
    for (index, var result) in results.enumerated() {
      let aligned = align(&result, run.payloads[index])
      let tokens = TokenCounts(
        source: run.payloads[index].request.source.count, target: result.hypotheses.first?.tokens.count ?? 0)
      observer?.finished(tokens)
      run.answer(
        index,
        with: UnitAnswer(
          result: result, aligned: aligned, tokens: tokens, queueMilliseconds: Double(run.waited(index)) / 1e6,
          timings: timings, batch: run.id, batchSize: run.payloads.count))
    }
  }

  private func observe(_ run: BatchRun<WorkUnit, UnitAnswer>) {
    guard let observer else { return }
    let payloads = run.payloads.map(\.payload)
    let rows = payloads.reduce(0) { $0 + $1.rows }
    observer.ran(rows: rows, paddedTokens: rows * (payloads.map(\.length).max() ?? 0))
    for index in payloads.indices { observer.started(waitedSeconds: Double(run.waited(index)) / 1e9) }
  }

  /// Takes the weights out of a result of which only the alignment is wanted.
  private func align(_ result: inout DecodingResult, _ unit: WorkUnit) -> [Int] {
    let model = models[unit.model]
    guard let candidates = unit.alignable, let shape = model.summary.attention[.cross] else { return [] }
    let weights = result.attention.removeValue(forKey: .cross) ?? []
    let steps = result.hypotheses.first?.tokens.count ?? 0
    return Alignment.mostSeen(
      weights, shape: shape, guidedLayer: model.guidedLayer, steps: steps, keys: unit.request.source.count,
      candidates: candidates)
  }
}
