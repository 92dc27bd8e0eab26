import Foundation

/// Units for the workers, and what comes of their answers.
struct ServiceJob<Answer: Sendable>: Sendable {
  enum Outcome: Sendable {
    case finished(Answer)
    /// Their answers are what another model is to work on.
    case goesOn(ServiceJob)
  }

  var units: [WorkUnit]
  /// Tells what becomes of the units before all have their answers.
  var stream: TranslationStream?
  var next: @Sendable ([UnitAnswer]) throws(TranslationError) -> Outcome

  /// The same work, with something done to what comes of it.
  func map(_ change: @escaping @Sendable (Answer) -> Answer) -> ServiceJob {
    ServiceJob(units: units, stream: stream) { [next] (answers) throws(TranslationError) in
      switch try next(answers) {
      case .finished(let answer): return .finished(change(answer))
      case .goesOn(let following): return .goesOn(following.map(change))
      }
    }
  }
}

/// A client's hold on its request, whichever of its jobs is under way.
///
/// `@unchecked Sendable`: what changes is only touched under `lock`.
final class ServiceWork: Cancellable, @unchecked Sendable {
  /// Whose request it is, and of the service's clock when it is to be answered.
  let client: String
  let deadline: UInt64?
  /// What there is to do with the answers takes well under a millisecond.
  let isBrief: Bool
  private let lock = NSLock()
  private var current: UnitCollector?
  private var isCancelled = false

  init(client: String, deadline: UInt64?, isBrief: Bool) {
    self.client = client
    self.deadline = deadline
    self.isBrief = isBrief
  }

  /// `collector` is what `cancel` reaches from now on.
  func follow(_ collector: UnitCollector) {
    let isOver = lock.withLock {
      current = collector
      return isCancelled
    }
    if isOver { collector.cancel() }
  }

  func cancel() {
    let collector = lock.withLock {
      isCancelled = true
      return current
    }
    collector?.cancel()
  }
}
