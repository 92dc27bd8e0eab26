import Files
import Foundation
import Glibc
import Synchronization

/// Jobs in the files of a folder, which several processes and machines can share.
///
/// `ID.job` is a request, `ID.answer` takes its place, and `ID.lock` is locked by the process that works on it. The
/// system unlocks it when the process ends in whatever way; on a network file system, when the lease of its machine is
/// over. Files are written beside their places and renamed, and only the user of the process can read them.
final class JobFolder: JobStorage {
  private static let job = ".job"
  private static let answer = ".answer"
  private static let lock = ".lock"
  private static let part = ".part"
  /// The age from which a file that was never renamed is left from a process that ended.
  private static let maxPartSeconds = 600
  /// Bytes that most first lines fit into.
  private static let headBytes = 4 << 10

  private struct State {
    /// Records by the name of their file.
    var files: [String: JobRecord] = [:]
    /// Names of files that were reported as damaged.
    var damaged: Set<String> = []
    /// Descriptors of the locks of claimed jobs, by id.
    var claims: [String: Int32] = [:]
  }

  private let path: String
  private let report: @Sendable (String) -> Void
  private let state = Mutex(State())

  let outlivesProcess = true

  /// Opens a folder, which is made if it is not there. A file that cannot be read is passed over.
  /// - Parameter report: receives a line for each such file.
  /// - Throws: `FileError` if the folder cannot be made, listed, written to, or has no locks.
  init(path: String, report: @escaping @Sendable (String) -> Void) throws(FileError) {
    self.path = path
    self.report = report
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Self.error(path, "cannot be made") }
    let trial = path + "/" + RandomName.made() + Self.part
    let descriptor = open(trial, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.error(path, "cannot be written to") }
    defer {
      close(descriptor)
      unlink(trial)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw Self.error(path, "has no locks") }
    refresh()
  }

  deinit {
    for descriptor in state.withLock({ $0.claims.values }) { close(descriptor) }
  }

  /// - Parameter problem: what is the matter, as it continues "FILE: ".
  private static func error(_ file: String, _ problem: String) -> FileError {
    let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    return FileError(file: file, problem: "\(problem): " + reason.prefix(1).lowercased() + reason.dropFirst())
  }

  private func file(_ id: String, _ ending: String) -> String { path + "/" + id + ending }

  // MARK: Reading

  var records: [JobRecord] {
    state.withLock { state in
      state.files.compactMap { name, record in
        record.end == nil && state.files[record.id + Self.answer] != nil ? nil : record
      }
    }
  }

  @discardableResult
  func refresh() -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return false }
    let found = Set(names.filter { $0.hasSuffix(Self.job) || $0.hasSuffix(Self.answer) })
    let new = state.withLock { state in
      state.files = state.files.filter { found.contains($0.key) }
      state.damaged.formIntersection(found)
      return found.filter { state.files[$0] == nil && !state.damaged.contains($0) }
    }
    for name in new.sorted() { _ = read(name) }
    for name in names {
      if name.hasSuffix(Self.part) { removeIfOld(name) }
      if isLockOfNone(name, found) { removeIfFree(name) }
    }
    return true
  }

  func record(_ id: String) -> JobRecord? {
    guard JobFile.isID(id) else { return nil }
    // The answer again: it can take the place of the request at any time.
    for ending in [Self.answer, Self.job, Self.answer] {
      // A file that is there is the one that was read: files never change.
      guard access(file(id, ending), F_OK) == 0 else { continue }
      if let record = state.withLock({ $0.files[id + ending] }) ?? read(id + ending) { return record }
    }
    return nil
  }

  func answer(_ id: String) -> JobMessage? { message(id, Self.answer) }

  private func message(_ id: String, _ ending: String) -> JobMessage? {
    guard JobFile.isID(id) else { return nil }
    do throws(FileError) {
      return try Self.whole(file(id, ending)).message
    } catch {
      if access(file(id, ending), F_OK) == 0 { noteDamage(error, id + ending) }
      return nil
    }
  }

  /// Reads the record of a file.
  private func read(_ name: String) -> JobRecord? {
    let file = path + "/" + name
    do throws(FileError) {
      let record = try Self.head(file)
      guard name.hasPrefix(record.id), (record.end != nil) == name.hasSuffix(Self.answer) else {
        throw FileError(file: file, item: "id or ended", found: "those of another file", expected: "its own")
      }
      state.withLock { $0.files[name] = record }
      return record
    } catch {
      if access(file, F_OK) == 0 { noteDamage(error, name) }
      return nil
    }
  }

  private func noteDamage(_ error: FileError, _ name: String) {
    let isNew = state.withLock { state in
      state.files[name] = nil
      return state.damaged.insert(name).inserted
    }
    if isNew { report("\(error); the job is passed over") }
  }

  private static func head(_ path: String) throws(FileError) -> JobRecord {
    let file = try InputFile(path: path)
    let beginning = try bytes(0..<min(file.count, headBytes), of: file)
    guard let lineEnd = beginning.firstIndex(of: 0x0A) else { return try whole(path).record }
    let record = try decoded(path) { () throws(JobFile.Fault) in try JobFile(head: beginning[..<lineEnd]) }.record
    guard file.count == lineEnd + 1 + record.bodyBytes else {
      throw FileError(
        file: path, item: "body", found: "\(file.count - lineEnd - 1) bytes", expected: "\(record.bodyBytes)")
    }
    return record
  }

  private static func whole(_ path: String) throws(FileError) -> JobFile {
    let file = try InputFile(path: path, atMost: 1 << 31)
    let bytes = try bytes(0..<file.count, of: file)
    return try decoded(path) { () throws(JobFile.Fault) in try JobFile(bytes) }
  }

  private static func bytes(_ range: Range<Int>, of file: InputFile) throws(FileError) -> [UInt8] {
    do {
      return try file.withBytes(range) { Array($0) }
    } catch {
      throw FileError(file: file.path, item: "file", unpacking: error)
    }
  }

  private static func decoded(
    _ path: String, _ read: () throws(JobFile.Fault) -> JobFile
  ) throws(FileError) -> JobFile {
    do {
      return try read()
    } catch {
      throw FileError(file: path, item: error.item, found: error.found, expected: error.expected)
    }
  }

  /// Whether a file is the lock of a job that has ended or was removed.
  private func isLockOfNone(_ name: String, _ found: Set<String>) -> Bool {
    name.hasSuffix(Self.lock) && !found.contains(name.dropLast(Self.lock.count) + Self.job)
  }

  private func removeIfOld(_ name: String) {
    var status = stat()
    let file = path + "/" + name
    guard stat(file, &status) == 0, time(nil) - status.st_mtim.tv_sec > Self.maxPartSeconds else { return }
    unlink(file)
  }

  /// Removes a lock that no process holds, if there still is no job. Whoever opened it meanwhile sees that it is gone.
  private func removeIfFree(_ name: String) {
    let file = path + "/" + name
    let descriptor = open(file, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return }
    if access(file.dropLast(Self.lock.count) + Self.job, F_OK) != 0 { unlink(file) }
  }

  // MARK: Writing

  func add(_ record: JobRecord, _ request: JobMessage) throws {
    try write(JobFile(record, request), Self.job)
  }

  func end(_ record: JobRecord, _ answer: JobMessage) throws -> Bool {
    try write(JobFile(record, answer), Self.answer)
    // Whoever removes the request first decides: a client that has removed the job wants no answer.
    let isWanted = unlink(file(record.id, Self.job)) == 0
    state.withLock { $0.files[record.id + Self.job] = nil }
    if !isWanted { removeFile(record.id, Self.answer) }
    unlink(file(record.id, Self.lock))
    release(record.id)
    return isWanted
  }

  func fail(_ record: JobRecord, _ answer: JobMessage) throws -> Bool {
    if let isWanted = try? end(record, answer) { return isWanted }
    try overwriteRequest(JobFile(record, answer))
    unlink(file(record.id, Self.lock))
    release(record.id)
    return true
  }

  /// Writes an answer over its request, whose blocks are there even on a full disk.
  func overwriteRequest(_ content: JobFile) throws(FileError) {
    let (request, answer) = (content.record.id + Self.job, content.record.id + Self.answer)
    let path = path + "/" + request
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(path, "cannot be written") }
    let bytes = content.bytes
    try Self.write(bytes, to: descriptor, of: path) { ftruncate(descriptor, bytes.count) == 0 }
    guard rename(path, self.path + "/" + answer) == 0 else { throw Self.error(path, "cannot be renamed") }
    state.withLock { state in
      state.files[request] = nil
      state.files[answer] = content.record
    }
  }

  func remove(_ id: String) {
    guard JobFile.isID(id) else { return }
    for ending in [Self.job, Self.answer, Self.lock] { removeFile(id, ending) }
  }

  private func removeFile(_ id: String, _ ending: String) {
    unlink(file(id, ending))
    state.withLock { $0.files[id + ending] = nil }
  }

  private func write(_ content: JobFile, _ ending: String) throws(FileError) {
    let name = content.record.id + ending
    let part = path + "/" + RandomName.made() + Self.part
    do throws(FileError) {
      try Self.write(content.bytes, to: part)
      guard rename(part, path + "/" + name) == 0 else { throw Self.error(path + "/" + name, "cannot be written") }
    } catch {
      unlink(part)
      throw error
    }
    state.withLock { $0.files[name] = content.record }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw error(path, "cannot be written") }
    try write(bytes, to: descriptor, of: path)
  }

  /// Writes a whole file, and closes it.
  /// - Parameter end: makes the last change before the file goes to the disk.
  private static func write(
    _ bytes: [UInt8], to descriptor: Int32, of path: String, end: () -> Bool = { true }
  ) throws(FileError) {
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw error(path, "cannot be written") }
      rest = rest.dropFirst(count)
    }
    guard end(), fsync(descriptor) == 0 else { throw error(path, "cannot be written") }
  }

  // MARK: Claims

  func claim(_ id: String) -> JobMessage? {
    guard JobFile.isID(id), access(file(id, Self.job), F_OK) == 0 else { return nil }
    if access(file(id, Self.answer), F_OK) == 0 {
      // A process ended between writing the answer and removing the request.
      removeFile(id, Self.job)
      return nil
    }
    let path = file(id, Self.lock)
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isFile(descriptor, path),
      let message = message(id, Self.job)
    else {
      close(descriptor)
      return nil
    }
    ftruncate(descriptor, 0)
    state.withLock { $0.claims[id] = descriptor }
    return message
  }

  /// Whether a path still is the file of a descriptor. Another process can have removed it before it was locked.
  private static func isFile(_ descriptor: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
      && opened.st_dev == named.st_dev
  }

  func release(_ id: String) {
    if let descriptor = state.withLock({ $0.claims.removeValue(forKey: id) }) { close(descriptor) }
  }

  func tell(_ progress: JobProgress, of id: String) {
    guard let descriptor = state.withLock({ $0.claims[id] }) else { return }
    // The length is constant, so that a reader never sees the rest of a longer text.
    let text = "\(progress.part) \(progress.secondsLeft.map(String.init) ?? "-")"
    let line = Array((text + String(repeating: " ", count: max(0, 63 - text.utf8.count)) + "\n").utf8)
    _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  func progress(of id: String) -> JobProgress? {
    guard JobFile.isID(id) else { return nil }
    let descriptor = open(file(id, Self.lock), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    var line = [UInt8](repeating: 0, count: 64)
    let count = pread(descriptor, &line, line.count, 0)
    let words = String(decoding: line.prefix(max(0, count)), as: UTF8.self).split { " \n".contains($0) }
    guard words.count == 2, let part = Double(words[0]), (0...1).contains(part) else { return JobProgress() }
    return JobProgress(part: part, secondsLeft: Int(words[1]))
  }
}
