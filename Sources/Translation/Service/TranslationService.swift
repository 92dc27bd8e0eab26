import Batching
import Decoding
import Dispatch
import Foundation
import LanguageDetection
import Models

/// Translates texts with the models of one catalog.
///
/// One batcher serves all models, so that there are never more computing threads than workers; sentences of different
/// models do not share a batch. Texts are taken apart and tokenized on the caller's thread and put together again on
/// other threads: a worker does nothing but decode.
package final class TranslationService: Translating {
  private let configuration: ServiceConfiguration
  private let limits: RequestLimits
  private let catalog: ModelCatalog
  private let batcher: Batcher<WorkUnit, UnitAnswer>
  private let state = ServiceState()
  private let clock: @Sendable () -> UInt64
  private let threads: ServiceThreads

  /// Loads the models of a configuration. They are ready once `warmUp` has returned.
  /// - Throws: an error whose description names the folder, what was found and what was expected.
  package convenience init(
    configuration: ServiceConfiguration, observer: (any ServiceObserver)? = nil,
    threads: ServiceThreads = ServiceThreads()
  ) throws {
    let models = try configuration.modelDirectories.map {
      try LoadedModel(directory: $0, pair: configuration.pair, preferences: configuration.preferences)
    }
    try self.init(configuration: configuration, models: models, observer: observer, threads: threads)
  }

  /// - Parameter clock: nanoseconds that only rise.
  /// - Throws: `FileError` where there is no model or two have one id.
  package init(
    configuration: ServiceConfiguration, models: [LoadedModel], observer: (any ServiceObserver)? = nil,
    threads: ServiceThreads = ServiceThreads(),
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
  ) throws {
    self.threads = threads
    self.clock = clock
    self.configuration = configuration
    limits = RequestLimits(characters: configuration.characterLimit)
    catalog = try ModelCatalog(models, usesPivots: configuration.usesPivots)
    let delay = max(
      0, min(configuration.maxDelayMilliseconds ?? configuration.batching.defaultDelayMilliseconds, 60_000))
    let batchLimits = BatchLimits(
      mode: configuration.batching, batchTokens: configuration.maxBatchTokens, rows: configuration.rows(of: models),
      maxDelayNanoseconds: UInt64(delay * 1e6), queuedItems: configuration.maxQueuedSentences,
      queuedTokens: configuration.maxQueuedTokens)
    batcher = Batcher(limits: batchLimits, workers: configuration.workers, clock: clock) { _ in
      TranslationWorker(models, limits: batchLimits, observer: observer, clock: clock).process
    }
  }

  /// Makes every worker's memory and decodes a little with each model on each; blocks until done.
  package func warmUp() {
    batcher.prepare()
    // These tables are parsed at their first use, which must not be a request on the event loop's thread.
    _ = (SentenceRules.of("en"), SentenceRules.of(nil), LanguageDetector.standard)
    state.becomeReady()
  }

  /// Takes nothing new; calls `completion` once everything taken before has been answered.
  package func drain(completion: @escaping @Sendable () -> Void) {
    state.drain { self.batcher.drain(completion: completion) }
  }

  package var isReady: Bool { state.isReady }

  package var models: [ServedModel] { catalog.models.map(\.served) }

  package var pairs: [LanguagePair] { catalog.pairs }

  package var load: ServiceLoad {
    let counters = batcher.counters
    return ServiceLoad(queuedSentences: counters.queuedItems, activeRows: counters.runningRows)
  }

  /// Batches started so far, what was in them, and what is in hand now.
  package var counters: BatchCounters { batcher.counters }

  @discardableResult
  package func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable {
    serve(request.terms, isBrief: request.isBrief, completion) { () throws(TranslationError) in
      try limits.check(request)
      return try job(request)
    }
  }

  @discardableResult
  package func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable {
    serve(request.terms, isBrief: false, completion) { () throws(TranslationError) in
      try limits.check(request)
      let index = try catalog.index(source: request.source, target: request.target, id: request.model)
      let model = catalog.models[index]
      let plan = try AttentionPlan(request, model: model, index: index, options: options(model, beam: nil))
      return ServiceJob(units: [plan.unit]) { (answers) throws(TranslationError) in
        guard let answer = answers.first else { throw .failed("the sentence has no answer") }
        return .finished(try plan.answer(answer.result))
      }
    }
  }

  // MARK: Running

  /// Makes a job, runs it and those that follow from it, and completes exactly once, always later and on `threads`.
  /// - Parameter isBrief: what there is to do with the answers takes well under a millisecond.
  private func serve<Answer: Sendable>(
    _ terms: RequestTerms, isBrief: Bool,
    _ completion: @escaping @Sendable (Result<Answer, TranslationError>) -> Void,
    job make: () throws(TranslationError) -> ServiceJob<Answer>
  ) -> any Cancellable {
    let work = ServiceWork(client: terms.client, deadline: deadline(terms), isBrief: isBrief)
    guard state.accept() else {
      threads.run { completion(.failure(.draining)) }
      return work
    }
    let finish: @Sendable (Result<Answer, TranslationError>) -> Void = { [state] result in
      completion(result)
      state.settle()
    }
    do throws(TranslationError) {
      try checkRoom(for: work)
      run(try make(), work, finish)
    } catch {
      threads.run { finish(.failure(error)) }
    }
    return work
  }

  /// Before any work is put into a request that would be refused after it.
  private func checkRoom(for work: ServiceWork) throws(TranslationError) {
    if let refusal = batcher.refusal(client: work.client, deadline: work.deadline) { throw TranslationError(refusal) }
  }

  /// - Parameter continues: the job follows from another of the same request.
  private func run<Answer: Sendable>(
    _ job: ServiceJob<Answer>, _ work: ServiceWork, continues: Bool = false,
    _ finish: @escaping @Sendable (Result<Answer, TranslationError>) -> Void
  ) {
    let collector = UnitCollector(units: job.units.count) { [self] result in
      schedule(work, after: job.stream) {
        do throws(TranslationError) {
          let outcome = try job.next(try result.get())
          job.stream?.end()
          switch outcome {
          case .finished(let answer): finish(.success(answer))
          case .goesOn(let following): self.run(following, work, continues: true, finish)
          }
        } catch {
          job.stream?.close()
          finish(.failure(error))
        }
      }
    }
    work.follow(collector)
    submit(job, of: work, continues: continues, to: collector)
  }

  /// What a stream has still to tell goes before.
  private func schedule(_ work: ServiceWork, after stream: TranslationStream?, _ block: @escaping WorkQueue.Block) {
    if let stream { stream.queue.async(execute: block) } else { threads.run(isBrief: work.isBrief, block) }
  }

  private func deadline(_ terms: RequestTerms) -> UInt64? {
    let most = configuration.requestTimeoutMilliseconds
    guard let timeout = [terms.timeoutMilliseconds, most].compactMap({ $0 }).min() else { return nil }
    return clock() &+ UInt64(max(0, min(timeout, 1 << 40) - terms.waitedMilliseconds)) * 1_000_000
  }

  private func submit<Answer: Sendable>(
    _ job: ServiceJob<Answer>, of work: ServiceWork, continues: Bool, to collector: UnitCollector
  ) {
    guard !job.units.isEmpty else { return collector.finishIfComplete() }
    do {
      let ticket = try batcher.submit(
        job.units, client: work.client, deadline: work.deadline, continues: continues
      ) {
        if let stream = job.stream, case .success(let answer) = $1 {
          stream.finish(answer.result.hypotheses.first?.tokens ?? [], unit: $0)
        }
        collector.receive($0, $1)
      }
      collector.attach(ticket)
    } catch {
      collector.fail((error as? BatchFailure).map(TranslationError.init) ?? .failed("\(error)"))
    }
  }

  // MARK: Translating

  private func job(_ request: TranslationRequest) throws(TranslationError) -> ServiceJob<[TranslatedText]> {
    guard let source = request.source else { return try jobs(ofEachLanguage: request) }
    let texts = RequestedTexts(request)
    let route = try catalog.route(source: source, target: request.target, id: request.model)
    return try job(texts.asked(request, of: route.models(of: catalog)), texts.passages, route).map(texts.joined)
  }

  private func jobs(
    ofEachLanguage request: TranslationRequest
  ) throws(TranslationError) -> ServiceJob<[TranslatedText]> {
    let texts = TextsByLanguage(request, try AutomaticSource(request, catalog))
    var jobs: [ServiceJob<[TranslatedText]>] = []
    for part in texts.requests {
      jobs.append(
        part.source == part.target ? .finished(part.texts.map(TranslatedText.init(unchanged:))) : try job(part))
    }
    guard jobs.count != 1 else { return jobs[0].map { texts.joined([$0]) } }
    return .together(jobs, join: texts.joined)
  }

  private func job(
    _ request: TranslationRequest, _ texts: [Passage], _ route: ModelCatalog.Route
  ) throws(TranslationError) -> ServiceJob<[TranslatedText]> {
    let splitter = SentenceSplitter(language: request.source, request.splitting)
    let passages = texts.map { splitter.split($0.keepingWhatItShows()) }
    switch route {
    case .direct(let model):
      try checkAlignment(request, model)
      return job(leg(request, passages, model)) { .finished($0.translated) }
    case .through(let pivot, let first, let second):
      try checkAlignment(request, first)
      try checkAlignment(request, second)
      var onTheWay = request
      onTheWay.alternatives = 0
      onTheWay.listener = nil
      return job(leg(onTheWay, passages, first)) { [self] leg in
        let translated = leg.translated
        let following = self.leg(request, leg.onward(translated), second)
        return .goesOn(
          job(following) { second in
            .finished(zip(translated, second.translated).map { $0.followed(by: $1, pivot: pivot) })
          })
      }
    }
  }

  /// As many rounds as a leg takes, then what follows from it.
  private func job(
    _ leg: TranslationLeg, then: @escaping @Sendable (TranslationLeg) -> ServiceJob<[TranslatedText]>.Outcome
  ) -> ServiceJob<[TranslatedText]> {
    ServiceJob(units: leg.waiting, stream: leg.stream) { [self] (answers) throws(TranslationError) in
      let leg = leg.advanced(by: answers)
      let following = job(leg, then: then)
      return following.units.isEmpty ? then(leg) : .goesOn(following)
    }
  }

  private func leg(_ request: TranslationRequest, _ passages: [SegmentedPassage], _ index: Int) -> TranslationLeg {
    let model = catalog.models[index]
    let units = PartUnits(
      model, index: index, options: options(model, beam: request.beam), alternatives: request.alternatives,
      explain: request.explain)
    return TranslationLeg(
      passages, units: units, alternatives: request.alternatives, explain: request.explain,
      guards: configuration.guards, owners: request.owners,
      listener: request.listener)
  }

  private func checkAlignment(_ request: TranslationRequest, _ index: Int) throws(TranslationError) {
    let summary = catalog.models[index].summary
    if request.explain.contains(.alignment), summary.attention[.cross] == nil {
      throw .noAttention(architecture: summary.architecture, kind: AttentionKind.cross.rawValue)
    }
  }

  /// The model's own way of decoding, with the width of the request, the operator or the model, in this order.
  private func options(_ model: LoadedModel, beam: Int?) -> DecodingOptions {
    var options = model.options
    options.beam = beam ?? configuration.beam ?? options.beam
    return options
  }
}
