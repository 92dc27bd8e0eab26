import Batching
import Decoding
import Dispatch
import Foundation
import Models

/// Translates texts with the models of one catalog.
///
/// One batcher serves all models, so that there are never more computing threads than workers; sentences of different
/// models do not share a batch. Texts are taken apart and tokenized on the caller's thread and put together again on
/// `answers`: a worker does nothing but decode.
package final class TranslationService: Translating {
  private let configuration: ServiceConfiguration
  private let limits: RequestLimits
  private let catalog: ModelCatalog
  private let batcher: Batcher<WorkUnit, UnitAnswer>
  private let state = ServiceState()
  private let answers = DispatchQueue(label: "dragoman.answers", attributes: .concurrent)

  /// Loads the models of a configuration. They are ready once `warmUp` has returned.
  /// - Throws: an error whose description names the folder, what was found and what was expected.
  package convenience init(configuration: ServiceConfiguration) throws {
    let models = try configuration.modelDirectories.map {
      try LoadedModel(directory: $0, pair: configuration.pair)
    }
    try self.init(configuration: configuration, models: models)
  }

  /// - Throws: `FileError` where there is no model or two have one id.
  package init(configuration: ServiceConfiguration, models: [LoadedModel]) throws {
    self.configuration = configuration
    limits = RequestLimits(characters: configuration.characterLimit)
    catalog = try ModelCatalog(models)
    let delay = max(0, min(configuration.maxDelayMilliseconds, 60_000))
    batcher = Batcher(
      limits: BatchLimits(
        batchTokens: configuration.maxBatchTokens, delay: UInt64(delay * 1e6),
        queuedItems: configuration.maxQueuedSentences, queuedTokens: configuration.maxQueuedTokens),
      workers: configuration.workers
    ) { _ in TranslationWorker(models).process }
  }

  /// Makes every worker's memory and decodes a little with each model on each; blocks until done.
  package func warmUp() {
    batcher.prepare()
    state.becomeReady()
  }

  /// Takes nothing new; calls `completion` once everything taken before has been answered.
  package func drain(completion: @escaping @Sendable () -> Void) {
    state.drain { self.batcher.drain(completion: completion) }
  }

  package var isReady: Bool { state.isReady }

  package var models: [ServedModel] { catalog.models.map(\.served) }

  /// Batches run so far, what was in them, and what waits now.
  package var counters: BatchCounters { batcher.counters }

  @discardableResult
  package func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable {
    serve(completion) { () throws(TranslationError) in
      try limits.check(request)
      let index = try catalog.index(source: request.source, target: request.target, id: request.model)
      return try translationJob(request, index)
    }
  }

  @discardableResult
  package func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable {
    serve(completion) { () throws(TranslationError) in
      try limits.check(request)
      let index = try catalog.index(source: request.source, target: request.target, id: request.model)
      let model = catalog.models[index]
      let plan = try AttentionPlan(request, model: model, index: index, options: options(model, beam: nil))
      return Job(units: [plan.unit]) { (answers) throws(TranslationError) in
        guard let answer = answers.first else { throw .failed("the sentence has no answer") }
        return try plan.answer(answer.result)
      }
    }
  }

  /// Units for the workers, and how their answers become the request's.
  private struct Job<Answer: Sendable>: Sendable {
    var units: [WorkUnit]
    var assemble: @Sendable ([UnitAnswer]) throws(TranslationError) -> Answer
  }

  /// Makes a job, runs it, and completes exactly once, always on `answers`.
  private func serve<Answer: Sendable>(
    _ completion: @escaping @Sendable (Result<Answer, TranslationError>) -> Void,
    job make: () throws(TranslationError) -> Job<Answer>
  ) -> any Cancellable {
    guard state.accept() else {
      answers.async { completion(.failure(.draining)) }
      return UnitCollector(units: 0) { _ in }
    }
    let finish: @Sendable (Result<Answer, TranslationError>) -> Void = { [state] result in
      completion(result)
      state.settle()
    }
    do throws(TranslationError) {
      let job = try make()
      let collector = UnitCollector(units: job.units.count) { [answers] result in
        answers.async { finish(result.assembled(job.assemble)) }
      }
      submit(job.units, to: collector)
      return collector
    } catch {
      answers.async { finish(.failure(error)) }
      return UnitCollector(units: 0) { _ in }
    }
  }

  private func submit(_ units: [WorkUnit], to collector: UnitCollector) {
    guard !units.isEmpty else { return collector.finishIfComplete() }
    do {
      collector.attach(try batcher.submit(units.map(\.payload)) { collector.receive($0, $1) })
    } catch {
      collector.fail((error as? BatchFailure).map(TranslationError.init) ?? .failed("\(error)"))
    }
  }

  private func translationJob(
    _ request: TranslationRequest, _ index: Int
  ) throws(TranslationError) -> Job<[TranslatedText]> {
    let model = catalog.models[index]
    if request.explain.contains(.alignment), model.summary.attention[.cross] == nil {
      throw .noAttention(architecture: model.summary.architecture, kind: AttentionKind.cross.rawValue)
    }
    var options = options(model, beam: request.beam)
    options.beam = max(options.beam, request.alternatives + 1)
    options.hypotheses = request.alternatives + 1
    options.logProbs = request.explain.contains(.scores)
    options.attention = request.explain.contains(.alignment) ? [.cross] : []
    let plans = request.texts.map {
      TextPlan($0, tokenizer: model.tokenizer, positions: model.summary.maxPositions)
    }
    let units = plans.flatMap(\.sentences).flatMap(\.clauses).map { clause in
      var options = options
      options.maxLength = TargetLimit.tokens(sourceTokens: clause.ids.count, ceiling: options.maxLength)
      return WorkUnit(model: index, request: DecodingRequest(source: clause.ids, options: options))
    }
    let assembler = TextAssembler(model: model, alternatives: request.alternatives, explain: request.explain)
    return Job(units: units) { (answers) throws(TranslationError) in
      var rest = answers[...]
      return plans.map { plan in
        defer { rest = rest.dropFirst(plan.units) }
        return assembler.assemble(plan, rest.prefix(plan.units))
      }
    }
  }

  /// The model's own way of decoding, with the width of the request, the operator or the model, in this order.
  private func options(_ model: LoadedModel, beam: Int?) -> DecodingOptions {
    var options = model.options
    options.beam = beam ?? configuration.beam ?? options.beam
    return options
  }
}

extension Result where Success == [UnitAnswer], Failure == TranslationError {
  fileprivate func assembled<Answer>(
    _ assemble: ([UnitAnswer]) throws(TranslationError) -> Answer
  ) -> Result<Answer, TranslationError> {
    do throws(TranslationError) {
      return .success(try assemble(try get()))
    } catch {
      return .failure(error)
    }
  }
}
