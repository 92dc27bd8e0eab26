import Batching
import Decoding
import Dispatch
import Foundation
import LanguageDetection
import Models

/// Translates texts with the models of one catalog.
///
/// One batcher serves all models, so that there are never more computing threads than workers; clauses of different
/// models never share a batch. Texts are split and tokenized on the caller's thread, and assembled on other threads: a
/// worker only decodes.
package final class TranslationService: Translator {
  private let configuration: ServiceConfiguration
  private let limits: RequestLimits
  private let catalog: ModelCatalog
  private let store: ModelStore?
  private let batcher: Batcher<ClauseRequest, ClauseAnswer>
  private let state = ServiceState()
  private let cache: ClauseCache?
  private let clock: @Sendable () -> UInt64
  private let threads: ServiceThreads

  /// Loads the models of a configuration that stay in memory. They are ready once `warmUp` has returned.
  /// - Throws: an error whose description names the folder, what was found and what was expected.
  package convenience init(
    configuration: ServiceConfiguration, observer: (any ServiceObserver)? = nil,
    threads: ServiceThreads = ServiceThreads()
  ) throws {
    try self.init(
      configuration: configuration, models: configuration.loadModels(), observer: observer, threads: threads)
  }

  /// A service whose models stay in memory.
  /// - Parameter clock: nanoseconds that only rise.
  /// - Throws: `FileError` if there is no model, or if two have one id.
  package convenience init(
    configuration: ServiceConfiguration, models: [LoadedModel], observer: (any ServiceObserver)? = nil,
    threads: ServiceThreads = ServiceThreads(),
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
  ) throws {
    try self.init(
      configuration: configuration, models: models.map(CatalogModel.resident), store: nil, observer: observer,
      threads: threads, clock: clock)
  }

  /// - Parameters:
  ///   - store: loads the stored ones of `models`; nil if there are none.
  ///   - clock: nanoseconds that only rise.
  /// - Throws: `FileError` if there is no model, or if two have one id.
  package init(
    configuration: ServiceConfiguration, models: [CatalogModel], store: ModelStore?,
    observer: (any ServiceObserver)? = nil,
    threads: ServiceThreads = ServiceThreads(),
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
  ) throws {
    cache = configuration.cache
    self.threads = threads
    self.clock = clock
    self.configuration = configuration
    limits = RequestLimits(
      characters: configuration.characterLimit, backgroundCharacters: configuration.backgroundCharacterLimit)
    catalog = try ModelCatalog(models, usesPivots: configuration.usesPivots)
    self.store = store
    let delay = max(
      0, min(configuration.maxDelayMilliseconds ?? configuration.batching.defaultDelayMilliseconds, 60_000))
    let batchLimits = BatchLimits(
      mode: configuration.batching, batchTokens: configuration.maxBatchTokens, rows: configuration.rows(of: models),
      maxDelayNanoseconds: UInt64(delay * 1e6), queuedItems: configuration.maxQueuedSentences,
      queuedTokens: configuration.maxQueuedTokens)
    batcher = Batcher(limits: batchLimits, workers: configuration.workers, clock: clock) { _ in
      TranslationWorker(models.compactMap(\.resident), limits: batchLimits, observer: observer, clock: clock).process
    }
  }

  /// Makes every worker's memory and decodes a little with each model on each worker; blocks until done.
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

  package var models: [ServedModel] {
    let states = store?.states ?? [:]
    return catalog.models.map { model in
      switch model {
      case .resident(let model): model.served
      case .stored(let stored): ServedModel(stored, states[stored.key] ?? StoredModelState())
      }
    }
  }

  package var pairs: ServedPairs { catalog.pairs }

  package var load: ServiceLoad {
    let counters = batcher.counters
    return ServiceLoad(queuedSentences: counters.queuedItems, activeRows: counters.runningRows)
  }

  package var cacheUse: CacheUse? { cache?.use }

  /// Counts of batches started so far, and of the work at this moment.
  package var counters: BatchCounters { batcher.counters }

  @discardableResult
  package func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable {
    serve(
      request.terms, isBrief: request.isBrief, mayBeCached: cache != nil, completion
    ) { () throws(TranslationError) in
      try limits.check(request)
      return request.leastSize
    } task: { serving throws(TranslationError) in
      try TranslationTask(request, serving)
    }
  }

  @discardableResult
  package func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable {
    serve(request.terms, isBrief: false, completion) { () throws(TranslationError) in
      try limits.check(request)
      return LeastSize(sentences: 1, tokens: 1)
    } task: { serving throws(TranslationError) in
      try AttentionTask(request, serving)
    }
  }

  @discardableResult
  package func score(
    _ request: ScoreRequest,
    completion: @escaping @Sendable (Result<[TranslationScore], TranslationError>) -> Void
  ) -> any Cancellable {
    serve(request.terms, isBrief: false, completion) { () throws(TranslationError) in
      try limits.check(request)
      return LeastSize(sentences: request.pairs.count, tokens: request.pairs.count)
    } task: { serving throws(TranslationError) in
      try ScoreTask(request, serving)
    }
  }

  // MARK: Running

  /// Admits a request and runs its task. The completion is called exactly once, later and on `threads`.
  /// - Parameters:
  ///   - isBrief: whether each of the task's steps takes well under a millisecond.
  ///   - mayBeCached: whether results of the cache can be the whole answer. Then the request needs no room in the queue,
  ///     and the task is made all the same if there is none.
  ///   - measure: checks the request, and returns its least size.
  ///   - make: makes the task, once the request is admitted.
  private func serve<Task: ServiceTask>(
    _ terms: RequestTerms, isBrief: Bool, mayBeCached: Bool = false,
    _ completion: @escaping @Sendable (Result<Task.Answer, TranslationError>) -> Void,
    measure: () throws(TranslationError) -> LeastSize,
    task make: @escaping @Sendable (ServingModels) throws(TranslationError) -> Task
  ) -> any Cancellable {
    guard state.accept() else {
      threads.run { completion(.failure(.draining)) }
      return RefusedRequest()
    }
    let finish: @Sendable (Result<Task.Answer, TranslationError>) -> Void = { [state] result in
      completion(result)
      state.settle()
    }
    let serving = ServingModels(catalog: catalog, beam: configuration.beam, checksOutput: configuration.checksOutput)
    let deadline = deadline(terms)
    let run: @Sendable (Task, TranslationError?) -> any Cancellable = { [batcher, threads, cache, clock] in
      let terms = TaskRunner<Task>.Terms(terms, deadline: deadline, clock: clock, isBrief: isBrief, queueRefusal: $1)
      let runner = TaskRunner($0, terms, batcher, cache, threads, completion: finish)
      runner.start()
      return runner
    }
    var refusal: TranslationError?
    do throws(TranslationError) {
      refusal = self.refusal(of: try measure(), client: terms.turn, deadline: deadline)
      if let refusal, !(mayBeCached && refusal.isWantOfRoom) { throw refusal }
      return run(try self.task(serving, make), refusal)
    } catch {
      // A model that is not loaded has nothing in the cache.
      if let store, serving.leases.isMissing, refusal == nil {
        let begin: @Sendable (Task) -> any Cancellable = { run($0, nil) }
        let waiting = WaitingRequest(store, serving, threads, make: make, run: begin) { finish(.failure($0)) }
        let now = clock()
        waiting.start(deadlineInNanoseconds: deadline.map { $0 - min($0, now) })
        return waiting
      }
      let failure = serving.leases.isMissing ? refusal ?? error : error
      threads.run { finish(.failure(failure)) }
      return RefusedRequest()
    }
  }

  /// Makes a task. If all stored models that it needs are loaded, it leases them.
  private func task<Task: ServiceTask>(
    _ serving: ServingModels, _ make: (ServingModels) throws(TranslationError) -> Task
  ) throws(TranslationError) -> Task {
    while true {
      do throws(TranslationError) {
        defer { serving.leases.drop() }
        return try make(serving)
      } catch {
        guard serving.leases.isMissing, let models = store?.lease(serving.leases.needed) else { throw error }
        serving.leases.grant(models)
      }
    }
  }

  package func checkRoom(for terms: RequestTerms) throws(TranslationError) {
    let size = LeastSize(sentences: 1, tokens: 1)
    if let refusal = refusal(of: size, client: terms.turn, deadline: deadline(terms)) { throw refusal }
  }

  /// The reason to refuse a request before any work is put into it; nil if there is none.
  private func refusal(of size: LeastSize, client: String, deadline: UInt64?) -> TranslationError? {
    batcher.refusal(items: size.sentences, tokens: size.tokens, client: client, deadline: deadline)
      .map(TranslationError.init)
  }

  package func check(_ request: TranslationRequest) throws(TranslationError) {
    try limits.check(request)
    try checkServed(request)
  }

  private func deadline(_ terms: RequestTerms) -> UInt64? {
    if terms.isBackground { return nil }
    let most = configuration.requestTimeoutMilliseconds
    guard let timeout = [terms.timeoutMilliseconds, most].compactMap({ $0 }).min() else { return nil }
    return clock() &+ UInt64(max(0, min(timeout, 1 << 40) - terms.waitedMilliseconds)) * 1_000_000
  }
}

/// A request that has its answer already.
private struct RefusedRequest: Cancellable {
  func cancel() {}
}

/// The phase of a service's life, and the number of answers that it owes.
///
/// `@unchecked Sendable`: `phase` is only touched under `lock`; a dispatch group is safe to use from any thread.
private final class ServiceState: @unchecked Sendable {
  private enum Phase {
    case cold, ready, draining
  }

  private let lock = NSLock()
  private var phase = Phase.cold
  private let pendingAnswers = DispatchGroup()

  var isReady: Bool { lock.withLock { phase == .ready } }

  func becomeReady() {
    lock.withLock { if phase == .cold { phase = .ready } }
  }

  /// Counts one answer more as pending, until `settle`.
  /// - Returns: false if the service is draining and takes nothing new.
  func accept() -> Bool {
    lock.withLock {
      if phase == .draining { return false }
      pendingAnswers.enter()
      return true
    }
  }

  func settle() {
    pendingAnswers.leave()
  }

  /// - Parameter completion: called once no answer is pending.
  func drain(completion: @escaping @Sendable () -> Void) {
    lock.withLock { phase = .draining }
    pendingAnswers.notify(queue: .global(), execute: completion)
  }
}

// MARK: - Observation

/// An observer that counts a service's work. It is called on workers' threads, so it must be quick.
package protocol ServiceObserver: Sendable {
  /// Reports that a clause left the queue for a worker.
  func started(waitedSeconds: Double)
  /// Reports that clauses start on a worker.
  /// - Parameters:
  ///   - rows: rows in flight there from now on, beams included.
  ///   - paddedTokens: tokens that start, padding included.
  func ran(rows: Int, paddedTokens: Int)
  /// Reports that a clause was decoded, or given up on the way.
  func finished(_ tokens: TokenCounts)
}
