import Synchronization

/// The place of jobs, with the requests of those that wait and the answers of those that have ended.
///
/// Several processes can have one place. A process claims a job before it works on it, and no other can claim it then.
protocol JobStorage: Sendable {
  /// Whether jobs outlive the process.
  var outlivesProcess: Bool { get }

  /// All jobs that are known, as of the last `refresh` and of this process's own changes.
  var records: [JobRecord] { get }

  /// Looks at the jobs of other processes.
  /// - Returns: false if the place cannot be looked at.
  @discardableResult
  func refresh() -> Bool

  /// The job of an id as it is now.
  func record(_ id: String) -> JobRecord?

  /// - Throws: `FileError`.
  func add(_ record: JobRecord, _ request: JobMessage) throws

  /// Claims a job that has not ended.
  /// - Returns: its request; nil if there is no such job, or another process has it.
  func claim(_ id: String) -> JobMessage?

  /// Lets other processes have a job again.
  func release(_ id: String)

  /// Keeps the answer of a claimed job in the place of its request, and gives up the claim.
  /// - Returns: false if the job was removed meanwhile.
  /// - Throws: `FileError`; then the job is as it was.
  func end(_ record: JobRecord, _ answer: JobMessage) throws -> Bool

  /// Keeps a brief answer, as `end` does, in a place that has perhaps no room beyond that of the request.
  /// - Throws: `FileError`; then the job is as it was, or damaged.
  func fail(_ record: JobRecord, _ answer: JobMessage) throws -> Bool

  /// The answer of a job that has ended.
  func answer(_ id: String) -> JobMessage?

  func remove(_ id: String)

  /// Tells other processes how far a claimed job is.
  func tell(_ progress: JobProgress, of id: String)

  /// The progress of a job that another process has claimed; nil if none has.
  func progress(of id: String) -> JobProgress?
}

/// The translated part of a job, 0 to 1, and the time until the rest is done as far as it can be estimated.
struct JobProgress: Sendable, Equatable {
  var part = 0.0
  var secondsLeft: Int?
}

/// A storage in memory, lost with the process.
final class JobMemory: JobStorage {
  private struct Entry {
    var record: JobRecord
    var message: JobMessage
  }

  private let entries = Mutex<[String: Entry]>([:])

  let outlivesProcess = false

  var records: [JobRecord] { entries.withLock { $0.values.map(\.record) } }

  func refresh() -> Bool { true }

  func record(_ id: String) -> JobRecord? { entries.withLock { $0[id]?.record } }

  func add(_ record: JobRecord, _ request: JobMessage) {
    entries.withLock { $0[record.id] = Entry(record: record, message: request) }
  }

  func claim(_ id: String) -> JobMessage? {
    entries.withLock { entries in entries[id].flatMap { $0.record.end == nil ? $0.message : nil } }
  }

  func release(_ id: String) {}

  func end(_ record: JobRecord, _ answer: JobMessage) -> Bool {
    entries.withLock { entries in
      guard entries[record.id] != nil else { return false }
      entries[record.id] = Entry(record: record, message: answer)
      return true
    }
  }

  func fail(_ record: JobRecord, _ answer: JobMessage) -> Bool { end(record, answer) }

  func answer(_ id: String) -> JobMessage? {
    entries.withLock { entries in entries[id].flatMap { $0.record.end == nil ? nil : $0.message } }
  }

  func remove(_ id: String) { entries.withLock { $0[id] = nil } }

  func tell(_ progress: JobProgress, of id: String) {}

  func progress(of id: String) -> JobProgress? { nil }
}
