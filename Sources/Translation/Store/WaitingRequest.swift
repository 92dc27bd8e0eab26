import Batching
import Dispatch
import Files
import Foundation

/// A request that waits for models of a store, and then runs. It becomes a running request, or ends with an error at its
/// deadline, by its client, or because a model cannot be loaded.
///
/// `@unchecked Sendable`: what changes is only touched under `lock`.
final class WaitingRequest<Task: ServiceTask>: Cancellable, @unchecked Sendable {
  typealias Make = @Sendable (ServingModels) throws(TranslationError) -> Task

  private let store: ModelStore
  private let serving: ServingModels
  private let threads: ServiceThreads
  private let make: Make
  private let run: @Sendable (Task) -> any Cancellable
  private let fail: @Sendable (TranslationError) -> Void
  private let lock = NSLock()
  private var state = State.waiting(nil)

  private enum State {
    case waiting(LeaseRequest?)
    /// The task makes its first step; its client can have left meanwhile.
    case starting(isCancelled: Bool)
    case running(any Cancellable)
    case over
  }

  /// - Parameters:
  ///   - serving: with the leases that the request needs.
  ///   - make: makes the task; it finds again which models it needs.
  ///   - run: starts the task.
  ///   - fail: called instead of `run`, on one of `threads`, unless the task fails to be made because of the request.
  init(
    _ store: ModelStore, _ serving: ServingModels, _ threads: ServiceThreads, make: @escaping Make,
    run: @escaping @Sendable (Task) -> any Cancellable, fail: @escaping @Sendable (TranslationError) -> Void
  ) {
    self.store = store
    self.serving = serving
    self.threads = threads
    self.make = make
    self.run = run
    self.fail = fail
  }

  /// - Parameter nanoseconds: the time until the deadline; nil if there is none.
  func start(deadlineInNanoseconds nanoseconds: UInt64?) {
    if let nanoseconds {
      DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: nanoseconds))) { [weak self] in
        self?.end(.deadlinePassed)
      }
    }
    ask()
  }

  func cancel() {
    let running: (any Cancellable)? = lock.withLock {
      if case .starting = state { state = .starting(isCancelled: true) }
      return if case .running(let request) = state { request } else { nil }
    }
    if let running { running.cancel() } else { end(.cancelled) }
  }

  private func ask() {
    serving.leases.drop()
    let request = store.request(serving.leases.needed) { [self] result in
      threads.run(isBrief: false) { self.receive(result) }
    }
    let isOver = lock.withLock {
      guard case .waiting = state else { return true }
      state = .waiting(request)
      return false
    }
    if isOver { request.cancel() }
  }

  private func receive(_ result: Result<[LoadedModel], LeaseError>) {
    guard lock.withLock({ if case .waiting = state { true } else { false } }) else { return }
    switch result {
    case .success(let models): serving.leases.grant(models)
    case .failure(let error): return end(TranslationError(error))
    }
    do throws(TranslationError) {
      let task = try make(serving)
      serving.leases.drop()
      begin(task)
    } catch {
      if serving.leases.isMissing { ask() } else { end(error) }
    }
  }

  private func begin(_ task: Task) {
    let isOver = lock.withLock {
      guard case .waiting = state else { return true }
      state = .starting(isCancelled: false)
      return false
    }
    guard !isOver else { return }
    let request = run(task)
    let isCancelled = lock.withLock {
      defer { state = .running(request) }
      return if case .starting(let isCancelled) = state { isCancelled } else { false }
    }
    if isCancelled { request.cancel() }
  }

  /// Ends the request without a task, once.
  private func end(_ error: TranslationError) {
    let waiting = lock.withLock { () -> (isWaiting: Bool, request: LeaseRequest?) in
      guard case .waiting(let request) = state else { return (false, nil) }
      state = .over
      return (true, request)
    }
    guard waiting.isWaiting else { return }
    waiting.request?.cancel()
    threads.run { self.fail(error) }
  }
}
