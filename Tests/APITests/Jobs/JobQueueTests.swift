import Foundation
import Glibc
import HTTP
import Support
import Synchronization
import Testing
import Translation

@testable import API

/// Jobs beyond the life of a process: restarts, several processes on one folder, damaged files.
struct JobQueueTests {
  private let folder: TemporaryFolder
  private let time = StillTime()

  init() throws { folder = try TemporaryFolder() }

  /// A process: its view of the folder, and the runs that it has begun and not answered.
  private final class Process: Sendable {
    let queue: JobQueue
    let runs = Mutex<[JobRun]>([])
    let reports: Reports

    init(_ path: String, _ time: TimeSource, running: Int = 2) throws {
      let reports = Reports()
      self.reports = reports
      var limits = JobLimits()
      limits.running = running
      queue = JobQueue(
        try JobFolder(path: path, report: reports.add), limits, RequestLedger(time: time), report: reports.add)
    }

    func open() { queue.open { [weak self] run in self?.runs.withLock { $0.append(run) } } }

    func add(_ text: String, client: String = "key a") throws -> JobRecord {
      let request = HTTPRequest(
        method: "POST", path: "/jobs", query: [("a", "b")], headers: ["Content-Type": "text/plain", "Cookie": "no"],
        body: Array(text.utf8))
      return try queue.add(request, client: client, key: "a", characters: text.count, reserved: 0)
    }

    func run(_ record: JobRecord) -> JobRun? { runs.withLock { $0.last { $0.record.id == record.id } } }

    func waitForRun(_ record: JobRecord) -> JobRun? {
      waitUntil("the job is in work") { run(record) != nil }
      return run(record)
    }

    func waitUntilEnded(_ record: JobRecord) {
      waitUntil("the job has ended") { queue.record(record.id)?.end != nil }
    }
  }

  final class Reports: Sendable {
    private let lines = Mutex<[String]>([])
    @Sendable func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  private func process(running: Int = 2) throws -> Process {
    try Process(folder.path + "/jobs", time.source, running: running)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/jobs").sorted()
  }

  private static let answer = HTTPResponse(
    status: 200, headers: ["Content-Type": "text/plain", "X-Request-Id": "x"], body: [0, 10, 255])

  @Test func restartLosesNothing() throws {
    var first: Process? = try process(running: 2)
    first?.open()
    let done = try #require(try first?.add("done"))
    try #require(first?.waitForRun(done)).respond(Self.answer)
    first?.waitUntilEnded(done)
    let running = try #require(try first?.add("running"))
    _ = first?.waitForRun(running)
    let other = try #require(try first?.add("other"))
    _ = first?.waitForRun(other)
    let waiting = try #require(try first?.add("waiting"))
    #expect(first?.run(waiting) == nil)
    // The process ends without a word: the system closes its files.
    first?.runs.withLock { $0 = [] }
    first = nil

    let second = try process(running: 3)
    #expect(Set(second.queue.records(of: "key a").map(\.id)) == Set([done, running, other, waiting].map(\.id)))
    #expect(second.queue.answer(to: try #require(second.queue.record(done.id)))?.body == Self.answer.body)
    second.open()
    for (record, text) in [(running, "running"), (other, "other"), (waiting, "waiting")] {
      let run = try #require(second.waitForRun(record))
      #expect(run.request.body == Array(text.utf8))
      #expect(run.request.path == "/jobs" && run.request.query.map(\.value) == ["b"])
      #expect(run.request.headers == ["Content-Type": "text/plain"])
      run.respond(Self.answer)
      second.waitUntilEnded(record)
      #expect(
        second.queue.answer(to: try #require(second.queue.record(record.id)))?.headers
          == ["Content-Type": "text/plain"])
    }
  }

  @Test func filesAreTheOwnersAlone() throws {
    let process = try process()
    process.open()
    let record = try process.add("secret")
    _ = process.waitForRun(record)
    var status = stat()
    #expect(stat(folder.path + "/jobs", &status) == 0 && status.st_mode & 0o777 == 0o700)
    for name in try files() {
      #expect(stat(folder.path + "/jobs/" + name, &status) == 0 && status.st_mode & 0o777 == 0o600, "\(name)")
    }
    #expect(try files() == [record.id + ".job", record.id + ".lock"])
    try #require(process.run(record)).respond(Self.answer)
    process.waitUntilEnded(record)
    waitUntil("the request is gone") { (try? files()) == [record.id + ".answer"] }
    process.queue.remove(try #require(process.queue.record(record.id)))
    #expect(try files().isEmpty)
  }

  @Test func twoProcessesShareAFolder() throws {
    let (one, two) = (try process(), try process())
    one.open()
    two.open()
    let records = try (0..<20).map { try ($0.isMultiple(of: 2) ? one : two).add("\($0)", client: "key \($0 % 3)") }
    waitUntil("all have ended") {
      for process in [one, two] {
        for run in process.runs.withLock({ $0 }) { run.respond(Self.answer) }
        process.queue.look()
      }
      return records.allSatisfy { one.queue.record($0.id)?.end != nil && two.queue.record($0.id)?.end != nil }
    }
    let runs = (one.runs.withLock { $0 } + two.runs.withLock { $0 }).map(\.record.id)
    #expect(runs.count == 20 && Set(runs).count == 20, "each is answered once")
    #expect(!one.runs.withLock { $0.isEmpty } && !two.runs.withLock { $0.isEmpty })
    for record in records {
      #expect(two.queue.answer(to: try #require(two.queue.record(record.id)))?.body == Self.answer.body)
    }
  }

  @Test func progressAndRemovalReachOtherProcesses() throws {
    let (one, two) = (try process(), try process())
    one.open()
    let record = try one.add("long")
    let run = try #require(one.waitForRun(record))
    two.open()
    time.pass(10)
    run.advance(to: 0.5)
    one.queue.look()
    #expect(
      two.queue.progress(of: try #require(two.queue.record(record.id))) == JobProgress(part: 0.5, secondsLeft: 10))
    let hasLeft = Mutex(false)
    run.onDisconnect { hasLeft.withLock { $0 = true } }
    two.queue.remove(record)
    one.queue.look()
    #expect(hasLeft.withLock { $0 })
    // An answer that comes too late is not kept.
    run.respond(Self.answer)
    one.queue.look()
    #expect(two.queue.record(record.id) == nil && one.queue.record(record.id) == nil)
    #expect(try files().isEmpty)
  }

  @Test func removalDuringTheEndKeepsNoAnswer() throws {
    let storage = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    let process = try process()
    var record = try process.add("x")
    #expect(storage.claim(record.id) != nil)
    process.queue.remove(record)
    record.end = JobRecord.End(time: 1, status: 200)
    record.bodyBytes = 3
    #expect(try storage.end(record, JobMessage(headers: [:], body: [1, 2, 3])) == false)
    #expect(try files().isEmpty)
  }

  @Test func claimOfAnEndedProcessIsFree() throws {
    let process = try process()
    let record = try process.add("x")
    var first: JobFolder? = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    let second = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    #expect(first?.claim(record.id) != nil)
    #expect(second.claim(record.id) == nil)
    #expect(second.progress(of: record.id) != nil)
    first = nil
    #expect(second.progress(of: record.id) == nil)
    #expect(second.claim(record.id)?.body == Array("x".utf8))
  }

  @Test func stopLeavesJobsToOthers() throws {
    let (one, two) = (try process(), try process())
    one.open()
    let record = try one.add("x")
    let run = try #require(one.waitForRun(record))
    one.queue.stop()
    #expect(run.isAbandoned)
    run.respond(HTTPResponse(status: 503))
    #expect(throws: Refusal.service(.draining)) { try one.add("y") }
    two.open()
    #expect(two.waitForRun(record) != nil)
    #expect(one.queue.record(record.id)?.end == nil)
  }

  @Test func jobsInMemoryEndWithTheServerAndSayWhy() throws {
    let runs = Mutex<[JobRun]>([])
    let reports = Reports()
    var limits = JobLimits()
    limits.running = 1
    let queue = JobQueue(JobMemory(), limits, RequestLedger(time: time.source), report: reports.add)
    queue.open { run in runs.withLock { $0.append(run) } }
    let texts = ["done", "running", "waiting"]
    let records = try texts.map { text in
      let request = HTTPRequest(method: "POST", path: "/jobs", query: [], headers: [:], body: Array(text.utf8))
      return try queue.add(request, client: "a", key: nil, characters: 1, reserved: 0)
    }
    waitUntil("the first is in work") { runs.withLock { $0.count } == 1 }
    runs.withLock { $0[0] }.respond(Self.answer)
    waitUntil("the second is in work") { runs.withLock { $0.count } == 2 }
    queue.stop()
    #expect(runs.withLock { $0[1] }.isAbandoned)
    // An answer that comes now is too late.
    runs.withLock { $0[1] }.respond(Self.answer)
    #expect(queue.answer(to: try #require(queue.record(records[0].id)))?.body == Self.answer.body)
    for record in records.dropFirst() {
      let ended = try #require(queue.record(record.id))
      #expect(ended.hasFailed && ended.end?.failure?.contains("shuts down") == true)
      let answer = try #require(queue.answer(to: ended))
      #expect(answer.status == 503 && answer.text.contains("send it again"))
    }
    #expect(reports.all == ["jobs that had not ended and are lost: 2; --jobs DIR keeps them"])
    let late = HTTPRequest(method: "POST", path: "/jobs", query: [], headers: [:], body: [])
    #expect(throws: Refusal.service(.draining)) {
      try queue.add(late, client: "a", key: nil, characters: 1, reserved: 0)
    }
  }

  @Test func damagedFilesAreNamedAndPassedOver() throws {
    let first = try process()
    let good = try first.add("good")
    let path = folder.path + "/jobs/"
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path + good.id + ".job")))
    func name(_ digit: Int) -> String { String(repeating: String(digit), count: 32) + ".job" }
    let line = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    let damaged: [[UInt8]] = [
      [], Array("{".utf8), Array(bytes.dropLast()), bytes + [1], Array(bytes.drop { $0 != 0x0A }),
      Array(line.replacing(good.id, with: "../../../../etc/passwd").utf8) + [0x0A] + Array("good".utf8),
      Array(line.replacing("\"version\":1", with: "\"version\":2").utf8) + [0x0A] + Array("good".utf8), bytes,
    ]
    for (index, bytes) in damaged.enumerated() { try Data(bytes).write(to: URL(fileURLWithPath: path + name(index))) }
    try FileManager.default.createDirectory(atPath: path + name(9), withIntermediateDirectories: true)
    let second = try process()
    for _ in 0..<3 { second.queue.look() }
    #expect(second.reports.all.count == damaged.count + 1, "\(second.reports.all)")
    for index in damaged.indices {
      #expect(second.reports.all.contains { $0.contains(name(index)) && $0.hasSuffix("the job is passed over") })
    }
    #expect(second.queue.records(of: "key a").map(\.id) == [good.id])
    second.open()
    #expect(second.waitForRun(good) != nil)
  }

  @Test func mutatedFilesAreReadOrRefused() throws {
    let record = try process().add("some text")
    let bytes = Array(
      try Data(contentsOf: URL(fileURLWithPath: folder.path + "/jobs/" + record.id + ".job")))
    var random = SplitMix(state: 5)
    var read = 0
    for _ in 0..<3000 {
      var copy = bytes
      for _ in 0..<Int(random.next() % 3 + 1) {
        copy[Int(random.next() % UInt64(copy.count))] = UInt8(truncatingIfNeeded: random.next())
      }
      if (try? JobFile(copy)) != nil { read += 1 }
    }
    #expect(read > 0 && read < 3000)
    let file = try JobFile(bytes)
    #expect(file.bytes == bytes && file.record == record)
  }

  @Test func busyServiceIsAskedAgain() throws {
    let process = try process(running: 1)
    process.open()
    let record = try process.add("x")
    let busy = HTTPResponse(status: 503, headers: ["Retry-After": "5"])
    try #require(process.waitForRun(record)).respond(busy)
    let other = try process.add("y")
    try #require(process.waitForRun(other)).respond(Self.answer)
    process.waitUntilEnded(other)
    process.queue.look()
    #expect(process.queue.progress(of: record) == nil, "it waits, and others go on")
    time.pass(6)
    process.queue.look()
    waitUntil("it is tried again") { process.runs.withLock { $0.count } == 3 }
    time.pass(3600)
    try #require(process.run(record)).respond(busy)
    process.waitUntilEnded(record)
    #expect(process.queue.record(record.id)?.hasFailed == true)
  }

  /// A storage whose answers have no room beyond some bytes.
  private final class FullStorage: JobStorage {
    private struct NoRoom: Error {}
    private let jobs = JobMemory()
    let bytes: Int
    let outlivesProcess = false

    init(bytes: Int) { self.bytes = bytes }

    var records: [JobRecord] { jobs.records }
    func refresh() -> Bool { true }
    func record(_ id: String) -> JobRecord? { jobs.record(id) }
    func add(_ record: JobRecord, _ request: JobMessage) { jobs.add(record, request) }
    func claim(_ id: String) -> JobMessage? { jobs.claim(id) }
    func release(_ id: String) {}
    func end(_ record: JobRecord, _ answer: JobMessage) throws -> Bool {
      guard answer.body.count <= bytes else { throw NoRoom() }
      return jobs.end(record, answer)
    }
    func fail(_ record: JobRecord, _ answer: JobMessage) -> Bool { jobs.end(record, answer) }
    func answer(_ id: String) -> JobMessage? { jobs.answer(id) }
    func remove(_ id: String) { jobs.remove(id) }
    func tell(_ progress: JobProgress, of id: String) {}
    func progress(of id: String) -> JobProgress? { nil }
  }

  @Test func answerThatCannotBeWrittenFailsTheJob() throws {
    let runs = Mutex<[JobRun]>([])
    let reports = Reports()
    let queue = JobQueue(FullStorage(bytes: 2), JobLimits(), RequestLedger(time: time.source), report: reports.add)
    queue.open { run in runs.withLock { $0.append(run) } }
    let request = HTTPRequest(method: "POST", path: "/jobs", query: [], headers: [:], body: [97])
    let record = try queue.add(request, client: "a", key: nil, characters: 1, reserved: 0)
    waitUntil("the job is in work") { runs.withLock { $0.count } == 1 }
    runs.withLock { $0[0] }.respond(Self.answer)
    waitUntil("the job has ended") { queue.record(record.id)?.end != nil }
    let ended = try #require(queue.record(record.id))
    #expect(ended.end?.status == 507 && ended.end?.failure?.contains("cannot be written") == true)
    #expect(queue.answer(to: ended)?.text.contains("send it again") == true)
    #expect(reports.all.count == 1 && runs.withLock { $0.count } == 1)
  }

  @Test func failureTakesThePlaceOfItsRequest() throws {
    let storage = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    var record = try process().add(String(repeating: "long ", count: 500))
    #expect(storage.claim(record.id) != nil)
    record.end = JobRecord.End(time: 1, status: 507, failure: "no room")
    record.bodyBytes = 3
    try storage.overwriteRequest(JobFile(record, JobMessage(headers: [:], body: [1, 2, 3])))
    #expect(storage.record(record.id) == record)
    #expect(try files().contains(record.id + ".answer") && !files().contains(record.id + ".job"))
    let other = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    #expect(other.record(record.id) == record)
    #expect(other.answer(record.id)?.body == [1, 2, 3])
  }

  @Test func locksOfEndedProcessesAreRemoved() throws {
    let process = try process()
    let (waiting, removed) = (try process.add("x"), try process.add("y"))
    var first: JobFolder? = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    #expect(first?.claim(waiting.id) != nil && first?.claim(removed.id) != nil)
    // A request goes while a process works on it, and the process ends before it notices.
    try FileManager.default.removeItem(atPath: folder.path + "/jobs/" + removed.id + ".job")
    let second = try JobFolder(path: folder.path + "/jobs", report: { _ in })
    #expect(try files().contains(removed.id + ".lock"), "its process lives")
    first = nil
    second.refresh()
    #expect(try files() == [waiting.id + ".job", waiting.id + ".lock"].sorted())
    #expect(second.claim(waiting.id)?.body == Array("x".utf8))
  }

  @Test func fullDiskKeepsTheRequest() throws {
    let process = try process()
    process.open()
    let record = try process.add("x")
    let run = try #require(process.waitForRun(record))
    // Nothing can be written where the folder was.
    let (path, moved) = (folder.path + "/jobs", folder.path + "/moved")
    #expect(rename(path, moved) == 0)
    run.respond(Self.answer)
    waitUntil("the error is reported") { process.reports.all.count >= 2 }
    #expect(process.reports.all.first?.hasSuffix("the answer of a job is lost") == true)
    #expect(process.reports.all.last?.hasSuffix("the job will be begun again") == true)
    #expect(rename(moved, path) == 0)
    #expect(try files().contains(record.id + ".job"))
  }

  @Test func answerOfAnotherAgeIsDropped() throws {
    let process = try process()
    process.open()
    let record = try process.add("x")
    try #require(process.waitForRun(record)).respond(Self.answer)
    process.waitUntilEnded(record)
    time.pass(86_399)
    process.queue.look()
    #expect(process.queue.record(record.id) != nil)
    time.pass(2)
    process.queue.look()
    #expect(process.queue.record(record.id) == nil)
    #expect(try files().isEmpty)
  }

  @Test func folderThatCannotBeUsedIsRefused() throws {
    try folder.write("file", text: "x")
    #expect(throws: (any Error).self) { try JobFolder(path: folder.path + "/file", report: { _ in }) }
    #expect(throws: (any Error).self) { try JobFolder(path: folder.path + "/none/below", report: { _ in }) }
  }
}
