import Batching
import Foundation

/// Waits for the answers of one request's units and reports once: all of them, or the first failure.
///
/// `@unchecked Sendable`: all state is only touched under `lock`.
final class UnitCollector: Cancellable, @unchecked Sendable {
  typealias Report = @Sendable (Result<[UnitAnswer], TranslationError>) -> Void

  private let lock = NSLock()
  private var answers: [UnitAnswer?]
  private var missing: Int
  private var report: Report?
  private var ticket: BatchTicket?

  /// - Parameter report: called once, on any thread.
  init(units: Int, report: @escaping Report) {
    answers = Array(repeating: nil, count: units)
    missing = units
    self.report = report
  }

  /// To be called once the units are submitted, so that `cancel` reaches them.
  func attach(_ ticket: BatchTicket) {
    let isOver = lock.withLock {
      if report != nil { self.ticket = ticket }
      return report == nil
    }
    if isOver { ticket.cancel() }
  }

  func receive(_ index: Int, _ result: Result<UnitAnswer, BatchFailure>) {
    switch result {
    case .success(let answer): store(index, answer)
    case .failure(let failure): fail(TranslationError(failure))
    }
  }

  /// Reports an empty request at once.
  func finishIfComplete() {
    let complete = lock.withLock { missing == 0 ? takeReport() : nil }
    complete?(.success(lock.withLock { answers.compactMap { $0 } }))
  }

  func fail(_ error: TranslationError) {
    let (report, ticket) = lock.withLock { (takeReport(), takeTicket()) }
    report?(.failure(error))
    ticket?.cancel()
  }

  func cancel() {
    fail(.cancelled)
  }

  private func store(_ index: Int, _ answer: UnitAnswer) {
    lock.withLock {
      if answers[index] == nil { missing -= 1 }
      answers[index] = answer
    }
    finishIfComplete()
  }

  private func takeReport() -> Report? {
    defer { report = nil }
    return report
  }

  private func takeTicket() -> BatchTicket? {
    defer { ticket = nil }
    return ticket
  }
}

extension TranslationError {
  init(_ failure: BatchFailure) {
    self =
      switch failure {
      case .queueFull(let wait): .queueFull(retryAfterSeconds: Self.seconds(wait))
      case .tooLate(let wait): .tooBusy(retryAfterSeconds: Self.seconds(wait))
      case .deadlinePassed: .deadlinePassed
      case .draining: .draining
      case .cancelled: .cancelled
      case .unanswered: .failed("a worker gave no answer")
      }
  }

  /// Whole seconds from nanoseconds, an hour at most.
  private static func seconds(_ wait: UInt64) -> Int {
    Int(min(max((Double(wait) / 1e9).rounded(.up), 1), 3600))
  }
}
