import Dispatch
import Files
import Foundation
import Tensor

/// The models that are loaded at their first use and leave when memory is needed or nobody uses them.
///
/// A request leases all its models at once, and waits in one line while some of them have to be loaded. So two requests
/// never hold a model each and wait for the other's. A request whose models are all loaded does not wait. A model with a
/// lease stays. If no idle model can make room, the one unused longest takes no new leases after a moment, and leaves
/// with its last.
///
/// `@unchecked Sendable`: all variables are only touched under `lock`, and nothing is called while it is held.
package final class ModelStore: @unchecked Sendable {
  package struct Limits: Sendable {
    /// The most bytes of loaded models, as they count themselves; nil for any number.
    package var bytes: Int?
    /// The time without a lease after which a model leaves; nil for any time.
    package var idleSeconds: Double?

    package init(bytes: Int? = nil, idleSeconds: Double? = nil) {
      self.bytes = bytes
      self.idleSeconds = idleSeconds
    }
  }

  /// The time for which busy models are left alone while others wait for their memory.
  private static let patienceNanoseconds: UInt64 = 500_000_000
  /// The time after a failed load in which the model is not tried again.
  private static let failureNanoseconds: UInt64 = 5_000_000_000

  private let limits: Limits
  private let observer: (any StoreObserver)?
  private let report: @Sendable (String) -> Void
  private let clock: @Sendable () -> UInt64
  /// Releases models, and waits for their loads on background threads, one after another.
  private let loader = DispatchQueue(label: "dragoman.store")
  private let lock = NSLock()
  private var slots: [StoredModel.Key: Slot] = [:]
  private var line: [LeaseRequest] = []
  private var isLoading = false
  /// The first in line while it waits for busy models, and the time from which it has.
  private var blocked: (request: LeaseRequest, since: UInt64)?

  private struct Slot {
    var state = State.absent
    var leases = 0
    /// The time of the latest lease or its end; nil before the first.
    var lastUse: UInt64?
    /// Whether the model takes no new leases, because its memory is needed.
    var isLeaving = false
    /// Whether no catalog has the model any longer.
    var isRetired = false
    /// Bytes in memory at the last load; nil before the first.
    var knownBytes: Int?
    /// The model as `/models` describes it, once it was loaded.
    var lastServed: ServedModel?
  }

  private enum State {
    case absent
    case loading
    case loaded(LoadedModel)
    case failed(FileError, at: UInt64)
  }

  /// - Parameters:
  ///   - report: receives a message for each failed load.
  ///   - clock: nanoseconds that only rise.
  package init(
    limits: Limits, observer: (any StoreObserver)? = nil, report: @escaping @Sendable (String) -> Void = { _ in },
    clock: @escaping @Sendable () -> UInt64 = { DispatchTime.now().uptimeNanoseconds }
  ) {
    self.limits = limits
    self.observer = observer
    self.report = report
    self.clock = clock
  }

  // MARK: Leases

  /// Leases models if all of them are loaded; nil otherwise.
  package func lease(_ models: [StoredModel]) -> [LoadedModel]? {
    lock.withLock { granted(models) }
  }

  /// Leases models, which are loaded for it if need be.
  /// - Parameter completion: called once, on any thread, with the models in the order given, or the first error. It is
  ///   not called after `cancel` of the result.
  package func request(
    _ models: [StoredModel], completion: @escaping @Sendable (Result<[LoadedModel], LeaseError>) -> Void
  ) -> LeaseRequest {
    let request = LeaseRequest(models: models, left: { [weak self] in self?.leftLine() }, completion: completion)
    let (ready, isFirst) = lock.withLock { () -> (Result<[LoadedModel], LeaseError>?, Bool) in
      if let answer = answer(to: request) { return (answer, false) }
      line.append(request)
      return (nil, line.count == 1)
    }
    if let ready { request.finish(ready) }
    if isFirst { advance() }
    return request
  }

  /// Serves the line without a request that was cancelled: no model has to leave for it any longer.
  private func leftLine() { loader.async { self.advance() } }

  fileprivate func end(_ key: StoredModel.Key) {
    let now = clock()
    let isWaitedFor = lock.withLock {
      slots[key]?.leases -= 1
      slots[key]?.lastUse = now
      return slots[key]?.leases == 0 && !line.isEmpty || slots[key]?.isRetired == true
    }
    if isWaitedFor { loader.async { self.advance() } }
  }

  // MARK: Life

  /// Keeps the models of a catalog; others leave once they have no lease.
  package func keep(_ models: [StoredModel]) {
    let kept = Set(models.map(\.key))
    lock.withLock { for key in Array(slots.keys) { slots[key]?.isRetired = !kept.contains(key) } }
    removeIdle()
  }

  /// Removes the models that nobody has used for the time of `Limits.idleSeconds`.
  package func removeIdle() {
    let now = clock()
    let removed = lock.withLock {
      slots.keys.filter { key in
        guard let slot = slots[key], slot.leases == 0 else { return false }
        let idleSeconds = Double(now - min(now, slot.lastUse ?? now)) / 1e9
        return slot.isRetired || limits.idleSeconds.map { idleSeconds >= $0 } == true
      }.compactMap(remove)
    }
    release(removed)
  }

  /// The present state of each model that has been used, by key.
  package var states: [StoredModel.Key: StoredModelState] {
    let now = clock()
    return lock.withLock {
      slots.mapValues { slot in
        var state = StoredModelState()
        state.model = slot.lastServed
        if case .loaded = slot.state { state.isLoaded = true }
        if case .loading = slot.state { state.isLoading = true }
        if case .failed(let error, _) = slot.state { state.failure = error.withoutFolder }
        state.idleSeconds = slot.lastUse.map { Double(now - min(now, $0)) / 1e9 }
        return state
      }
    }
  }

  /// Bytes of the models that are loaded or being loaded.
  package var usedBytes: Int { lock.withLock { used } }

  // MARK: Line

  private enum Step {
    case wait
    case look(inNanoseconds: UInt64)
    case answer([(LeaseRequest, Result<[LoadedModel], LeaseError>)])
    /// Load a model, if any, after others were removed.
    case load(StoredModel?, removing: [LoadedModel])
  }

  /// Serves the line as far as it goes now.
  private func advance() {
    while true {
      switch lock.withLock({ nextStep() }) {
      case .wait: return
      case .look(let time):
        loader.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: time))) { self.advance() }
        return
      case .answer(let answers): for (request, result) in answers { request.finish(result) }
      case .load(let model, let removed):
        release(removed)
        guard let model else { continue }
        load(model)
        return
      }
    }
  }

  private func load(_ model: StoredModel) {
    loader.async {
      let start = self.clock()
      let result = Result { try BackgroundThread.run(model.load) }
      let end = self.clock()
      let removed = self.lock.withLock {
        self.isLoading = false
        switch result {
        case .success(let loaded):
          self.slots[model.key]?.state = .loaded(loaded)
          self.slots[model.key]?.knownBytes = loaded.residentBytes
          self.slots[model.key]?.lastServed = loaded.served
          self.slots[model.key]?.lastUse = end
          // The estimate can have been too low.
          return self.limits.bytes.map { self.removeIdle(until: $0, keeping: [model.key]) } ?? []
        case .failure(let error):
          let error =
            error as? FileError
            ?? FileError(file: model.id, item: "model", found: "\(error)", expected: "a model that loads")
          self.slots[model.key]?.state = .failed(error, at: end)
          return []
        }
      }
      self.release(removed)
      if case .failure(let error) = result { self.report("could not load a model: \(error)") }
      self.observer?.loaded(seconds: Double(end - min(start, end)) / 1e9, failed: (try? result.get()) == nil)
      self.advance()
    }
  }

  private func release(_ models: [LoadedModel]) {
    guard !models.isEmpty else { return }
    observer?.removed(models.count)
    // Freeing takes a while, and the callers are requests.
    loader.async { withExtendedLifetime(models) {} }
  }

  // MARK: Under the lock

  /// The next thing to do for the line: answers to the requests that need no loading, or the load that the first needs.
  private func nextStep() -> Step {
    var answers: [(LeaseRequest, Result<[LoadedModel], LeaseError>)] = []
    repeat {
      line.removeAll(where: \.isOver)
      if line.first !== blocked?.request { stayed() }
      line.removeAll { request in
        guard let answer = answer(to: request) else { return false }
        answers.append((request, answer))
        return true
      }
      // If the first has its answer, models that were to leave for it can be leased again.
    } while blocked != nil && line.first !== blocked?.request
    guard answers.isEmpty else { return .answer(answers) }
    guard let first = line.first, !isLoading, let next = first.models.first(where: { !isLoaded($0.key) }) else {
      return .wait
    }
    guard let limit = limits.bytes else { return begin(next, removing: []) }
    return makeRoom(for: next, of: first, limit: limit)
  }

  /// The answer to a request that needs no loading; nil if it has to wait.
  private func answer(to request: LeaseRequest) -> Result<[LoadedModel], LeaseError>? {
    if let models = granted(request.models) { return .success(models) }
    if let error = failure(of: request.models) { return .failure(.notLoaded(error)) }
    return refusal(of: request.models).map { .failure($0) }
  }

  /// The error of models that never fit together.
  private func refusal(of models: [StoredModel]) -> LeaseError? {
    let total = models.reduce(0) { $0 + bytes(of: $1) }
    guard let limit = limits.bytes, total > limit else { return nil }
    return .tooLarge(models.map(\.id), found: total, limit: limit)
  }

  private func begin(_ model: StoredModel, removing removed: [LoadedModel]) -> Step {
    stayed()
    isLoading = true
    var slot = slots[model.key] ?? Slot()
    slot.state = .loading
    slot.knownBytes = slot.knownBytes ?? model.estimatedBytes
    slots[model.key] = slot
    return .load(model, removing: removed)
  }

  /// Removes idle models, the longest unused first, until a model fits; else asks the longest unused to leave.
  private func makeRoom(for model: StoredModel, of request: LeaseRequest, limit: Int) -> Step {
    let needed = Set(request.models.map(\.key))
    let wanted = bytes(of: model)
    let removed = removeIdle(until: limit - wanted, keeping: needed)
    guard used + wanted > limit else { return begin(model, removing: removed) }
    if !removed.isEmpty { return .load(nil, removing: removed) }
    let now = clock()
    let since = blocked?.since ?? now
    blocked = (request, since)
    let patience = Self.patienceNanoseconds
    if now - min(now, since) < patience { return .look(inNanoseconds: since + patience - now) }
    var leaving = used
    for key in longestUnused(except: needed) where leaving + wanted > limit {
      leaving -= slots[key]?.knownBytes ?? 0
      slots[key]?.isLeaving = true
    }
    return .wait
  }

  private func removeIdle(until goal: Int, keeping needed: Set<StoredModel.Key>) -> [LoadedModel] {
    var removed: [LoadedModel] = []
    for key in longestUnused(except: needed) where used > goal {
      if slots[key]?.leases == 0, let model = remove(key) { removed.append(model) }
    }
    return removed
  }

  /// The loaded models, the one that was used longest ago first.
  private func longestUnused(except needed: Set<StoredModel.Key>) -> [StoredModel.Key] {
    slots.keys.filter { isLoaded($0) && !needed.contains($0) }
      .sorted { (slots[$0]?.lastUse ?? 0) < (slots[$1]?.lastUse ?? 0) }
  }

  /// Ends the blockade of the first in line: no model has to leave for it any longer.
  private func stayed() {
    guard blocked != nil else { return }
    blocked = nil
    for key in Array(slots.keys) { slots[key]?.isLeaving = false }
  }

  private func granted(_ models: [StoredModel]) -> [LoadedModel]? {
    var loaded: [LoadedModel] = []
    for stored in models {
      guard let slot = slots[stored.key], !slot.isLeaving, case .loaded(let model) = slot.state else { return nil }
      loaded.append(model)
    }
    let now = clock()
    return zip(models, loaded).map { stored, model in
      slots[stored.key]?.leases += 1
      slots[stored.key]?.lastUse = now
      return model.leased(ModelLease(stored.key, of: self))
    }
  }

  private func failure(of models: [StoredModel]) -> FileError? {
    for stored in models {
      guard case .failed(let error, let time) = slots[stored.key]?.state else { continue }
      let now = clock()
      if now - min(now, time) < Self.failureNanoseconds { return error }
      slots[stored.key]?.state = .absent
    }
    return nil
  }

  /// - Returns: the model, to be freed without the lock.
  private func remove(_ key: StoredModel.Key) -> LoadedModel? {
    guard let slot = slots[key], case .loaded(let model) = slot.state else {
      if slots[key]?.isRetired == true { slots[key] = nil }
      return nil
    }
    if slot.isRetired {
      slots[key] = nil
    } else {
      slots[key]?.state = .absent
      slots[key]?.isLeaving = false
    }
    return model
  }

  private func isLoaded(_ key: StoredModel.Key) -> Bool {
    if case .loaded = slots[key]?.state { true } else { false }
  }

  private var used: Int {
    slots.values.reduce(0) { sum, slot in
      switch slot.state {
      case .loaded, .loading: sum + (slot.knownBytes ?? 0)
      case .absent, .failed: sum
      }
    }
  }

  private func bytes(of model: StoredModel) -> Int { slots[model.key]?.knownBytes ?? model.estimatedBytes }
}

// MARK: - Models

/// A model that a store can load.
package struct StoredModel: Sendable {
  /// A folder in one state of its files; a folder with new files is another model.
  package struct Key: Hashable, Sendable {
    let path: String
    let stamp: String

    package init(path: String, stamp: String = "") {
      self.path = path
      self.stamp = stamp
    }
  }

  package let key: Key
  package let id: String
  package let languages: ModelLanguages
  /// Bytes that the model will take, as far as that is known before it is loaded.
  package let estimatedBytes: Int
  let load: @Sendable () throws -> LoadedModel

  package init(
    key: Key, id: String, languages: ModelLanguages, estimatedBytes: Int,
    load: @escaping @Sendable () throws -> LoadedModel
  ) {
    self.key = key
    self.id = id
    self.languages = languages
    self.estimatedBytes = estimatedBytes
    self.load = load
  }
}

/// The state of a stored model at a moment.
package struct StoredModelState: Sendable {
  /// The model as it was last loaded; nil if it never was.
  package var model: ServedModel?
  package var isLoaded = false
  package var isLoading = false
  /// The time since the model was last used; nil if it never was.
  package var idleSeconds: Double?
  /// The error of the last load; nil if there was none.
  package var failure: String?
}

/// A right to use a loaded model, which ends with the object.
final class ModelLease: Sendable {
  private let key: StoredModel.Key
  private let store: ModelStore

  fileprivate init(_ key: StoredModel.Key, of store: ModelStore) {
    self.key = key
    self.store = store
  }

  deinit { store.end(key) }
}

/// The reason why models cannot be leased.
package enum LeaseError: Error, Equatable {
  /// A model was not loaded, and is tried again later.
  case notLoaded(FileError)
  /// The models never fit into memory together; sizes in bytes.
  case tooLarge([String], found: Int, limit: Int)
}

extension FileError {
  /// The description with the file's name alone: clients need not know the server's folders.
  var withoutFolder: String {
    var error = self
    error.file = String(file.split(separator: "/").last ?? "")
    return error.description
  }
}

/// A request for leases that waits in a store's line.
// @unchecked: `completion` is only touched under `lock`.
package final class LeaseRequest: @unchecked Sendable {
  let models: [StoredModel]
  private let lock = NSLock()
  private var completion: (@Sendable (Result<[LoadedModel], LeaseError>) -> Void)?
  private let left: @Sendable () -> Void

  /// - Parameter left: called when the request is cancelled.
  fileprivate init(
    models: [StoredModel], left: @escaping @Sendable () -> Void,
    completion: @escaping @Sendable (Result<[LoadedModel], LeaseError>) -> Void
  ) {
    self.left = left
    self.models = models
    self.completion = completion
  }

  fileprivate var isOver: Bool { lock.withLock { completion == nil } }

  fileprivate func finish(_ result: Result<[LoadedModel], LeaseError>) {
    let completion = lock.withLock {
      defer { self.completion = nil }
      return self.completion
    }
    completion?(result)
  }

  /// Leaves the line. The completion is not called after that, except if it is running.
  package func cancel() {
    let wasWaiting = lock.withLock {
      defer { completion = nil }
      return completion != nil
    }
    if wasWaiting { left() }
  }
}

/// An observer that counts a store's work, on any thread.
package protocol StoreObserver: Sendable {
  func loaded(seconds: Double, failed: Bool)
  func removed(_ models: Int)
}
