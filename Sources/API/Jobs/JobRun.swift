import HTTP
import Synchronization

/// One attempt to answer the request of a job: the exchange that its route gets.
final class JobRun: HTTPExchange {
  typealias Completion = @Sendable (JobRun, HTTPResponse) -> Void

  private struct State {
    var part = 0.0
    var failure: String?
    var isCancelled = false
    var departures: [@Sendable () -> Void] = []
    var memory: MemoryReservation?
    /// Nil once the run was answered.
    var completion: Completion?
  }

  let record: JobRecord
  let request: HTTPRequest
  private let startSeconds: Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - startSeconds: the time of the steady clock.
  ///   - completion: takes the answer, once.
  init(_ record: JobRecord, _ message: JobMessage, startSeconds: Double, completion: @escaping Completion) {
    self.record = record
    self.startSeconds = startSeconds
    request = HTTPRequest(
      method: "POST", path: record.path, query: message.query, headers: message.headers, body: message.body)
    state = Mutex(State(completion: completion))
  }

  func respond(_ response: HTTPResponse) {
    let completion = state.withLock { state in
      defer {
        state.completion = nil
        state.departures = []
        state.memory = nil
      }
      return state.completion
    }
    completion?(self, response)
  }

  /// Keeps memory reserved until the run is answered.
  func keep(_ memory: MemoryReservation) {
    state.withLock { $0.memory = memory }
  }

  /// A job has its answer in one piece.
  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? { nil }

  var isAbandoned: Bool { state.withLock { $0.isCancelled } }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isCancelled { state.departures.append(action) }
      return state.isCancelled
    }
    if isLate { action() }
  }

  func cancel() {
    let actions = state.withLock { state in
      defer { state.departures = [] }
      state.isCancelled = true
      return state.departures
    }
    for action in actions { action() }
  }

  // MARK: Progress

  /// - Parameter part: the part of the texts that is translated, 0 to 1.
  func advance(to part: Double) {
    state.withLock { $0.part = max($0.part, min(1, part)) }
  }

  /// The progress, with the time to the end at the rate so far.
  func progress(now: Double) -> JobProgress {
    let part = state.withLock { $0.part }
    guard part > 0 else { return JobProgress() }
    let rest = max(now - startSeconds, 0.001) / part * (1 - part)
    return JobProgress(part: part, secondsLeft: Int(min(rest, 1e9).rounded(.up)))
  }

  /// The reason why there is no translation; nil if there is one.
  var failure: String? { state.withLock { $0.failure } }

  func noteFailure(_ message: String) {
    state.withLock { $0.failure = message }
  }

  /// The header fields of an answer that belong to its content.
  static func kept(_ headers: HTTPHeaders) -> HTTPHeaders {
    var kept: HTTPHeaders = [:]
    for field in headers.fields where isOfContent(field.name.lowercased()) { kept.add(field.name, field.value) }
    return kept
  }

  private static func isOfContent(_ name: String) -> Bool {
    !name.hasPrefix("access-control-") && !["x-request-id", "vary", "retry-after"].contains(name)
  }
}
