import Dispatch
import HTTP
import Synchronization
import Translation

/// Limits of jobs.
package struct JobLimits: Sendable {
  /// Jobs in work at a time.
  package var running = 2
  /// Jobs of one client that are kept, with those that have ended.
  package var perClient = 100
  /// Bytes of all jobs that are kept; one client has half of them at most.
  package var bytes = 256 << 20
  /// The time for which an answer is kept.
  package var lifetimeSeconds = 86_400
  /// The most characters of one job's texts together.
  package var characters = 2_000_000

  package init() {}
}

/// The jobs of all clients, from the request to the end of the answer's time.
///
/// Few jobs are in work at a time, and clients take turns. Their sentences have a lesser share of the workers than those
/// of requests that somebody waits for. A job that a process does not end is begun again by the next.
final class JobQueue: Sendable {
  /// Performs the request of a run, and answers the run.
  typealias Perform = @Sendable (JobRun) -> Void

  /// The time between two looks at the jobs of other processes.
  private static let lookSeconds = 1.0
  /// The time for which a job is tried again if the service has no room for it or no model.
  private static let patienceSeconds = 3600.0
  /// The least time until it is tried again.
  private static let retrySeconds = 1.0

  private struct State {
    /// Jobs in work, and those that are about to be claimed.
    var running: [String: JobRun] = [:]
    var claiming: [String: String] = [:]
    /// Jobs that are not begun before a time, in seconds of the steady clock, and the times of their first refusals.
    var delays: [String: Double] = [:]
    var firstRefusals: [String: Double] = [:]
    /// Characters that jobs of this process have reserved from the quotas of their keys.
    var reservations: [String: (key: String, characters: Int)] = [:]
    /// Jobs that are being written: the client and the bytes to count for each.
    var arriving: [String: (client: String, bytes: Int)] = [:]
    var isStopped = false
    /// Nil before the first job, if all are in memory.
    var poll: FilePoll?
  }

  let limits: JobLimits
  private let storage: any JobStorage
  private let ledger: RequestLedger
  private let report: @Sendable (String) -> Void
  private let state = Mutex(State())
  private let performer = Mutex<Perform?>(nil)

  init(
    _ storage: any JobStorage, _ limits: JobLimits, _ ledger: RequestLedger,
    report: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.storage = storage
    self.limits = limits
    self.ledger = ledger
    self.report = report
  }

  /// Begins with the jobs that wait.
  func open(_ perform: @escaping Perform) {
    performer.withLock { $0 = perform }
    if storage.outlivesProcess { startPoll() }
  }

  /// Stops work on jobs: those of a folder are left to other processes, or to the next start. Jobs in memory
  /// fail.
  func stop() {
    let running = state.withLock { state in
      state.isStopped = true
      state.poll = nil
      return state.running
    }
    for (id, run) in running {
      storage.release(id)
      run.cancel()
    }
    if !storage.outlivesProcess { failUnfinished() }
  }

  /// Ends jobs that nobody will begin again. To wait for them would not help: a server that drains takes no connection,
  /// so that no client could fetch an answer. Clients that are just asking get the reason.
  private func failUnfinished() {
    let unfinished = storage.records.filter { $0.end == nil }
    guard !unfinished.isEmpty else { return }
    let error = ErrorStatus(Refusal.jobLost)
    let response = ErrorShape.plain.response(error)
    let answer = JobMessage(headers: JobRun.kept(response.headers), body: response.body)
    for var record in unfinished {
      record.bodyBytes = answer.body.count
      record.end = JobRecord.End(
        time: ledger.time.unixMilliseconds(), status: response.status, failure: error.message)
      if (try? storage.end(record, answer)) == true { ledger.metrics.ended(.failed) }
    }
    report("jobs that had not ended and are lost: \(unfinished.count); --jobs DIR keeps them")
  }

  private func startPoll() {
    state.withLock { state in
      guard state.poll == nil, !state.isStopped else { return }
      let poll = FilePoll("dragoman.jobs")
      poll.start(intervalSeconds: Self.lookSeconds, startsNow: true) { [weak self] in self?.look() }
      state.poll = poll
    }
  }

  // MARK: Clients

  /// Takes a request, to be answered later.
  /// - Parameters:
  ///   - characters: number of characters of its texts.
  ///   - reserved: those of them that are reserved from the quota of its key.
  /// - Throws: `Refusal` if there is no room, or if the folder cannot be written.
  func add(_ request: HTTPRequest, client: String, key: String?, characters: Int, reserved: Int) throws -> JobRecord {
    let record = JobRecord(
      id: RandomName.made(), secret: RandomName.made() + RandomName.made(), client: client, key: key,
      path: request.path, created: ledger.time.unixMilliseconds(), characters: characters,
      bodyBytes: request.body.count)
    try state.withLock { state in
      guard !state.isStopped else { throw Refusal.service(.draining) }
      try checkRoom(for: record, state.arriving.values.map { $0 })
      state.arriving[record.id] = (client, record.heldBytes)
    }
    defer { state.withLock { $0.arriving[record.id] = nil } }
    do {
      try storage.add(record, JobMessage(request))
    } catch {
      // The client need not know the folder. A disk can have room later.
      report("\(error); a job is refused")
      throw Refusal.service(.queueFull(retryAfterSeconds: 60))
    }
    if let key, reserved > 0 { state.withLock { $0.reservations[record.id] = (key, reserved) } }
    startPoll()
    startNext()
    return record
  }

  /// Called under the lock.
  private func checkRoom(for record: JobRecord, _ arriving: [(client: String, bytes: Int)]) throws {
    var (count, own, all) = (0, record.heldBytes, record.heldBytes)
    for (client, bytes) in storage.records.map({ (client: $0.client, bytes: $0.heldBytes) }) + arriving {
      all += bytes
      guard client == record.client else { continue }
      own += bytes
      count += 1
    }
    guard count < limits.perClient else { throw Refusal.tooManyJobs(found: count, limit: limits.perClient) }
    guard own <= limits.bytes / 2 else { throw Refusal.jobsTooLarge(found: own, limit: limits.bytes / 2) }
    guard all <= limits.bytes else { throw Refusal.service(.queueFull(retryAfterSeconds: 60)) }
  }

  func record(_ id: String) -> JobRecord? { storage.record(id) }

  /// The jobs of a client, in the order of their creation.
  func records(of client: String) -> [JobRecord] {
    storage.refresh()
    return storage.records.filter { $0.client == client }.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
  }

  /// The progress of a job; nil if it waits. A job that has ended is whole.
  func progress(of record: JobRecord) -> JobProgress? {
    if record.end != nil { return JobProgress(part: 1, secondsLeft: 0) }
    if let run = state.withLock({ $0.running[record.id] }) { return run.progress(now: ledger.time.steadySeconds()) }
    return storage.progress(of: record.id)
  }

  /// The answer of a job that has ended; nil if it has not, or its answer cannot be read.
  func answer(to record: JobRecord) -> HTTPResponse? {
    guard let end = record.end, let message = storage.answer(record.id) else { return nil }
    return HTTPResponse(status: end.status, headers: message.headers, body: message.body)
  }

  /// Cancels and forgets a job.
  func remove(_ record: JobRecord) {
    storage.remove(record.id)
    forget(record.id)
    if record.end == nil { ledger.metrics.ended(.cancelled) }
    startNext()
  }

  private func forget(_ id: String) {
    let (run, reserved) = state.withLock { state in
      state.delays[id] = nil
      state.firstRefusals[id] = nil
      return (state.running.removeValue(forKey: id), state.reservations.removeValue(forKey: id))
    }
    if let run {
      storage.release(id)
      run.cancel()
    }
    if let reserved {
      ledger.usage.settle(
        0, reserved: reserved.characters, key: reserved.key, unixMilliseconds: ledger.time.unixMilliseconds())
    }
  }

  /// Jobs by state, and the bytes of all.
  var load: (queued: Int, running: Int, ended: Int, bytes: Int) {
    let records = storage.records
    let running = state.withLock { $0.running.count }
    let ended = records.count { $0.end != nil }
    return (max(0, records.count - ended - running), running, ended, records.reduce(0) { $0 + $1.heldBytes })
  }

  // MARK: Looking

  /// Looks at the jobs of other processes, drops answers whose time is over, and begins jobs that can begin.
  func look() {
    guard storage.refresh() else { return }
    let now = ledger.time.steadySeconds()
    let (running, reserved) = state.withLock { ($0.running, Array($0.reservations.keys)) }
    for (id, run) in running {
      if storage.record(id) == nil { forget(id) } else { storage.tell(run.progress(now: now), of: id) }
    }
    for id in reserved where running[id] == nil {
      if storage.record(id).map({ $0.end != nil }) ?? true { forget(id) }
    }
    let oldest = ledger.time.unixMilliseconds() - 1000 * limits.lifetimeSeconds
    for record in storage.records where record.end.map({ $0.time < oldest }) ?? false { storage.remove(record.id) }
    startNext()
  }

  // MARK: Working

  /// Begins jobs as long as there is room for more.
  private func startNext() {
    guard let perform = performer.withLock({ $0 }) else { return }
    var refused: Set<String> = []
    while let next = takeNext(except: refused) {
      guard let request = storage.claim(next.id) else {
        refused.insert(next.id)
        state.withLock { $0.claiming[next.id] = nil }
        continue
      }
      let run = JobRun(next, request, startSeconds: ledger.time.steadySeconds()) { [weak self] in
        self?.ended($0, $1)
      }
      let isStopped = state.withLock { state in
        state.claiming[next.id] = nil
        if !state.isStopped { state.running[next.id] = run }
        return state.isStopped
      }
      if isStopped { return storage.release(next.id) }
      storage.tell(JobProgress(), of: next.id)
      DispatchQueue.global().async { perform(run) }
    }
  }

  /// The next job, if one can begin: the oldest of the clients that have the fewest in work.
  private func takeNext(except refused: Set<String>) -> JobRecord? {
    let now = ledger.time.steadySeconds()
    return state.withLock { state in
      guard !state.isStopped, state.running.count + state.claiming.count < limits.running else { return nil }
      var busy: [String: Int] = [:]
      for client in state.running.values.map(\.record.client) + state.claiming.values { busy[client, default: 0] += 1 }
      let waiting = storage.records.filter { record in
        record.end == nil && state.running[record.id] == nil && state.claiming[record.id] == nil
          && !refused.contains(record.id) && state.delays[record.id] ?? 0 <= now
      }
      let next = waiting.min { a, b in
        (busy[a.client] ?? 0, a.created, a.id) < (busy[b.client] ?? 0, b.created, b.id)
      }
      if let next { state.claiming[next.id] = next.client }
      return next
    }
  }

  /// Takes the answer of a run, on any thread.
  private func ended(_ run: JobRun, _ response: HTTPResponse) {
    DispatchQueue.global().async { [self] in
      let id = run.record.id
      let isCurrent = state.withLock { $0.running[id] === run && !$0.isStopped }
      if isCurrent {
        if let wait = response.headers["Retry-After"].flatMap(Double.init), response.status == 503, delay(run, wait) {
          storage.release(id)
        } else {
          keep(response, of: run)
        }
        forget(id, unlessDelayed: run)
      }
      startNext()
    }
  }

  /// Has a job wait until the service has room for it.
  /// - Returns: false if it has been tried for too long.
  private func delay(_ run: JobRun, _ seconds: Double) -> Bool {
    let now = ledger.time.steadySeconds()
    return state.withLock { state in
      let first = state.firstRefusals[run.record.id] ?? now
      guard now - first < Self.patienceSeconds else { return false }
      state.firstRefusals[run.record.id] = first
      state.delays[run.record.id] = now + max(Self.retrySeconds, seconds)
      state.running[run.record.id] = nil
      return true
    }
  }

  private func forget(_ id: String, unlessDelayed run: JobRun) {
    if state.withLock({ $0.running[id] === run }) { forget(id) }
  }

  private func keep(_ response: HTTPResponse, of run: JobRun) {
    var response = response
    if response.status < 400, !hasRoom(for: response.body.count, of: run.record) {
      run.noteFailure("the answer of \(response.body.count) bytes is over the limit of jobs")
      let refusal = Refusal.jobsTooLarge(found: response.body.count, limit: limits.bytes / 2)
      response = ErrorShape.plain.response(ErrorStatus(refusal))
    }
    do {
      try end(run, response, by: storage.end)
    } catch {
      report("\(error); the answer of a job is lost")
      endWithoutAnswer(run)
    }
  }

  /// Fails a job whose answer cannot be written.
  private func endWithoutAnswer(_ run: JobRun) {
    let error = ErrorStatus(Refusal.answerNotWritten)
    run.noteFailure(error.message)
    do {
      try end(run, ErrorShape.plain.response(error), by: storage.fail)
    } catch {
      // It is tried again, because the folder can be there again later.
      report("\(error); the job will be begun again")
      _ = delay(run, 60)
      storage.release(run.record.id)
    }
  }

  /// - Parameter write: keeps the record and the answer in the storage.
  private func end(
    _ run: JobRun, _ response: HTTPResponse, by write: (JobRecord, JobMessage) throws -> Bool
  ) throws {
    var record = run.record
    record.bodyBytes = response.body.count
    record.end = JobRecord.End(
      time: ledger.time.unixMilliseconds(), status: response.status,
      failure: response.status < 400 ? nil : run.failure ?? "the request has failed")
    let isWanted = try write(record, JobMessage(headers: JobRun.kept(response.headers), body: response.body))
    if isWanted { ledger.metrics.ended(record.hasFailed ? .failed : .done) }
  }

  private func hasRoom(for bodyBytes: Int, of record: JobRecord) -> Bool {
    let bytes = JobRecord.heldBytes(bodyBytes: bodyBytes)
    let others = storage.records.filter { $0.id != record.id }.reduce(0) { $0 + $1.heldBytes }
    return bytes <= limits.bytes / 2 && others + bytes <= limits.bytes
  }
}
