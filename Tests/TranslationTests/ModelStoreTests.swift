import Decoding
import Files
import Foundation
import Models
import Support
import Tensor
import Testing
@testable import Translation

/// The store of models that come and go, with models that weigh 10 bytes each and load when a test says so.
@Suite struct ModelStoreTests {
  private let clock = ManualClock()
  private let log = LoadLog()

  private func store(bytes: Int? = nil, idleSeconds: Double? = nil) -> ModelStore {
    ModelStore(
      limits: ModelStore.Limits(bytes: bytes, idleSeconds: idleSeconds), observer: log, clock: { [clock] in clock.now })
  }

  private func model(
    _ id: String, bytes: Int = 10, estimate: Int? = nil, load: @escaping @Sendable () throws -> Void = {}
  ) -> StoredModel {
    let pair = LanguagePair(source: id, target: "en")
    return StoredModel(
      key: StoredModel.Key(path: id), id: id, languages: ModelLanguages(pair), estimatedBytes: estimate ?? bytes
    ) { [log, clock] in
      try load()
      log.add(id)
      return LoadedModel.shouting(id: id, pair: pair, bytes: bytes, clock: clock)
    }
  }

  /// Requests models and waits for them.
  private func get(_ models: [StoredModel], of store: ModelStore) -> Result<[LoadedModel], LeaseError> {
    let answer = Answer()
    _ = store.request(models, completion: answer.receive)
    return answer.wait()
  }

  /// Leases a model until nobody holds the lease any longer, the store's own thread included.
  private func use(_ model: StoredModel, of store: ModelStore) throws {
    weak var lease: ModelLease?
    do { lease = try get([model], of: store).get().first?.lease }
    waitUntil("the lease has ended") { lease == nil }
  }

  @Test func modelIsLoadedAtItsFirstUseAndStays() throws {
    let (store, model) = (store(), model("a"))
    #expect(store.lease([model]) == nil)
    #expect(store.states.isEmpty)
    #expect(try get([model], of: store).get().map(\.id) == ["a"])
    #expect(store.lease([model])?.map(\.id) == ["a"])
    #expect(log.loads == ["a"])
    #expect(store.usedBytes == 10)
    #expect(store.states[model.key]?.isLoaded == true)
  }

  @Test func modelsAreLoadedOnBackgroundThreads() throws {
    let (store, models) = (store(), [model("a"), model("b")])
    #expect(try get(models, of: store).get().count == 2)
    #expect(log.loads == ["a", "b"])
    #expect(log.loadsInBackground == 2)
  }

  @Test func requestsOfOneModelShareItsLoad() throws {
    let gate = Signal()
    let (store, model) = (store(), model("a") { gate.wait() })
    let answers = (0..<20).map { _ in Answer() }
    for answer in answers { _ = store.request([model], completion: answer.receive) }
    #expect(store.states[model.key]?.isLoading == true)
    gate.signal()
    for answer in answers { #expect(try answer.wait().get().count == 1) }
    #expect(log.loads == ["a"])
  }

  @Test func modelUnusedLongestLeavesForAnother() throws {
    let store = store(bytes: 30)
    let models = ["a", "b", "c", "d"].map { model($0) }
    for model in models.prefix(3) {
      clock.advance(milliseconds: 1)
      try use(model, of: store)
    }
    clock.advance(milliseconds: 1)
    #expect(store.lease([models[0]]) != nil)
    clock.advance(milliseconds: 1)
    try use(models[3], of: store)
    #expect(store.lease([models[1]]) == nil)
    #expect(store.lease([models[0], models[2], models[3]]) != nil)
    #expect(store.usedBytes == 30)
    #expect(log.removed == 1)
  }

  @Test func modelWithALeaseStays() throws {
    let store = store(bytes: 10)
    let (first, second) = (model("a"), model("b"))
    var held: [LoadedModel]? = try get([first], of: store).get()
    let answer = Answer()
    _ = store.request([second], completion: answer.receive)
    #expect(log.loads == ["a"])
    #expect(store.states[first.key]?.isLoaded == true)
    withExtendedLifetime(held) {}
    held = nil
    #expect(try answer.wait().get().map(\.id) == ["b"])
    #expect(store.states[first.key]?.isLoaded == false)
  }

  /// A model that is always in use does not keep another out for ever: after a moment it takes no new leases.
  @Test func busyModelLeavesAfterAMoment() throws {
    let store = store(bytes: 10)
    let (first, second) = (model("a"), model("b"))
    var held = try get([first], of: store).get()
    let answer = Answer()
    _ = store.request([second], completion: answer.receive)
    #expect(store.lease([first]) != nil)
    clock.advance(milliseconds: 1000)
    waitUntil("the model takes no new leases") { store.lease([first]) == nil }
    let later = Answer()
    _ = store.request([first], completion: later.receive)
    held = []
    #expect(held.isEmpty)
    #expect(try answer.wait().get().map(\.id) == ["b"])
    answer.drop()
    #expect(try later.wait().get().map(\.id) == ["a"])
    #expect(log.loads == ["a", "b", "a"])
  }

  /// Were it otherwise, the model would never leave and never be leased again.
  @Test func cancelledRequestLetsBusyModelsStay() throws {
    let store = store(bytes: 10)
    let (first, second) = (model("a"), model("b"))
    let held = try get([first], of: store).get()
    let request = store.request([second]) { _ in Issue.record("a cancelled request was answered") }
    clock.advance(milliseconds: 1000)
    waitUntil("the model takes no new leases") { store.lease([first]) == nil }
    request.cancel()
    #expect(try get([first], of: store).get().map(\.id) == ["a"])
    withExtendedLifetime(held) {}
  }

  @Test func modelsOfOneRequestAreInMemoryTogether() throws {
    let store = store(bytes: 20)
    let models = ["a", "b", "c", "d"].map { model($0) }
    let answers = (0..<40).map { _ in Answer() }
    for (index, answer) in answers.enumerated() {
      let pair = index % 2 == 0 ? [models[0], models[1]] : [models[2], models[3]]
      _ = store.request(pair) { result in
        #expect(store.usedBytes <= 20)
        answer.receive(result.map { _ in [] })
      }
    }
    for answer in answers { #expect(throws: Never.self) { try answer.wait().get() } }
  }

  @Test func modelsThatNeverFitAreRefused() {
    let store = store(bytes: 15)
    let error = thrownError(LeaseError.self) { try get([model("a"), model("b")], of: store).get() }
    #expect(error == .tooLarge(["a", "b"], found: 20, limit: 15))
  }

  @Test func estimateThatWasTooLowIsMadeGood() throws {
    let store = store(bytes: 25)
    let (first, second) = (model("a"), model("b", bytes: 20, estimate: 5))
    try use(first, of: store)
    try use(second, of: store)
    #expect(store.usedBytes == 20)
    #expect(store.states[first.key]?.isLoaded == false)
  }

  @Test func failureIsReportedAndTriedAgainLater() throws {
    let attempts = LoadLog()
    let fault = FileError(file: "a", item: "file", found: "nothing", expected: "weights")
    let model = model("a") {
      attempts.add("try")
      if attempts.loads.count == 1 { throw fault }
    }
    let store = store()
    #expect(throws: LeaseError.notLoaded(fault)) { try get([model], of: store).get() }
    #expect(throws: LeaseError.notLoaded(fault)) { try get([model], of: store).get() }
    #expect(attempts.loads.count == 1)
    #expect(store.states[model.key]?.failure == fault.description)
    clock.advance(milliseconds: 6000)
    #expect(try get([model], of: store).get().count == 1)
    #expect(log.failures == 1)
  }

  @Test func unusedModelsLeave() throws {
    let store = store(idleSeconds: 60)
    let (first, second) = (model("a"), model("b"))
    try use(first, of: store)
    let held = try get([second], of: store).get()
    clock.advance(milliseconds: 59_000)
    store.removeIdle()
    #expect(store.usedBytes == 20)
    clock.advance(milliseconds: 2000)
    store.removeIdle()
    #expect(store.usedBytes == 10)
    #expect(store.states[second.key]?.isLoaded == true)
    withExtendedLifetime(held) {}
  }

  @Test func modelsWithoutACatalogLeaveOnceTheyAreUnused() throws {
    let store = store()
    let (first, second) = (model("a"), model("b"))
    var held = try get([first], of: store).get()
    try use(second, of: store)
    store.keep([second])
    #expect(store.usedBytes == 20)
    held = []
    #expect(held.isEmpty)
    waitUntil("the model has left") {
      store.removeIdle()
      return store.usedBytes == 10
    }
    #expect(store.states[first.key] == nil)
  }
}

// MARK: - Doubles

/// The loads and removals of a store, in their order.
///
/// `@unchecked Sendable`: all variables are only touched under `lock`.
private final class LoadLog: StoreObserver, @unchecked Sendable {
  private let lock = NSLock()
  private var ids: [String] = []
  private var inBackground = 0
  private var removals = 0
  private var failed = 0

  var loads: [String] { lock.withLock { ids } }
  var loadsInBackground: Int { lock.withLock { inBackground } }
  var removed: Int { lock.withLock { removals } }
  var failures: Int { lock.withLock { failed } }

  func add(_ id: String) {
    lock.withLock {
      ids.append(id)
      inBackground += BackgroundThread.isCurrent ? 1 : 0
    }
  }
  func loaded(seconds: Double, failed: Bool) { lock.withLock { self.failed += failed ? 1 : 0 } }
  func removed(_ models: Int) { lock.withLock { removals += models } }
}

/// An answer of a store, waited for.
///
/// `@unchecked Sendable`: `result` is only touched under `lock`.
private final class Answer: @unchecked Sendable {
  private let lock = NSLock()
  private let arrived = Signal()
  private var result = Result<[LoadedModel], LeaseError>.success([])

  @Sendable func receive(_ result: Result<[LoadedModel], LeaseError>) {
    lock.withLock { self.result = result }
    arrived.signal()
  }

  func wait() -> Result<[LoadedModel], LeaseError> {
    arrived.wait()
    defer { drop() }
    return lock.withLock { result }
  }

  /// Lets the leases of the answer go.
  func drop() { lock.withLock { result = .success([]) } }
}
