import Files
import Foundation
import Support
import Testing

@testable import API

struct KeyStoreTests {
  private let folder: TemporaryFolder
  private let time = StillTime()
  private let reports = Reports()

  init() throws { folder = try TemporaryFolder() }

  private func store(_ text: String) throws -> KeyStore {
    try KeyStore(path: folder.write("keys", text: text), pollIntervalSeconds: .infinity, report: reports.add)
  }

  private func caller(_ store: KeyStore) -> Caller {
    Caller(access: AccessControl(keys: store, time: time.source))
  }

  @Test(
    arguments: [
      ("short\n", "line 1: found a key of 5 bytes, expected 8 to 256 visible ASCII characters"),
      ("# a comment\nalice:short", "line 2: found a key of 5 bytes, expected 8 to 256 visible ASCII characters"),
      // A key with a colon and without a name, as DeepL has them: its end is not taken for the key.
      ("279a2e9d-83b3:fx", "line 1: found a key of 2 bytes, expected 8 to 256 visible ASCII characters"),
      ("alice:s3cr3tk3y many", "line 1: found no number after the key, expected requests a minute, 1 to 1000000"),
      ("alice:s3cr3tk3y 0", "line 1: found no number after the key, expected requests a minute, 1 to 1000000"),
      ("alice:s3cr3tk3y 5 0", "line 1: found no number of characters, expected characters a day, 1 to 1000000000000"),
      (
        "alice:s3cr3tk3y - - x",
        "line 1: found no number of characters, expected characters a month, 1 to 1000000000000"
      ),
      ("alice:s3cr3tk3y 5 5 5 5", "line 1: found 5 words, expected a key and up to 3 numbers"),
      ("älice:s3cr3tk3y", "line 1: found another name, expected up to 64 letters, digits, '.', '_' and '-'"),
      (":s3cr3tk3y", "line 1: found another name, expected up to 64 letters, digits, '.', '_' and '-'"),
      ("s3cr3tk3yé", "line 1: found a key of 11 bytes, expected 8 to 256 visible ASCII characters"),
      ("# nothing\n\n", "keys: found none, expected at least one line with a key"),
      ("", "keys: found none, expected at least one line with a key"),
    ])
  func malformedFilesAreRefused(_ text: String, _ message: String) throws {
    let path = try folder.write("keys", text: text)
    let error = thrownError(FileError.self) { try KeyStore(path: path, report: reports.add) }
    #expect(error?.description == "\(path): \(message)")
    #expect(error?.description.contains("s3cr3t") == false)
  }

  @Test func unreadablePathsAreRefused() throws {
    try folder.write("large", [UInt8](repeating: UInt8(ascii: "\n"), count: 2 << 20))
    try folder.write("bytes", [0x61, 0xFF])
    for path in [folder.path, folder.path + "/none", folder.path + "/large", folder.path + "/bytes", "/dev/zero"] {
      #expect(throws: FileError.self) { try KeyStore(path: path, report: reports.add) }
    }
  }

  @Test func allFormsOfALineAreRead() throws {
    let caller = caller(
      try store("plain-key-1\r\n  alice:alice-key # hers\nbob:bob:key:fx 5\n\n#commented-key\n" + longest + " 7 - 900"))
    for key in ["plain-key-1", "alice-key", "bob:key:fx", longest] { #expect(caller.status(key: key) == 200) }
    for key in ["#commented-key", "commented-key", "plain-key-", "plain-key-11", "alice:alice-key", longest + "x"] {
      #expect(caller.status(key: key) == 403, "\(key)")
    }
  }

  private var longest: String { String(repeating: "k", count: 256) }

  @Test func requestsDoNotLookAtTheFile() throws {
    let store = try store("first-key")
    let caller = caller(store)
    try folder.write("keys", text: "second-key\nthird-key")
    time.pass(60)
    #expect(caller.status(key: "first-key") == 200)
    #expect(reports.all.isEmpty)
    store.reloadIfChanged()
    #expect(caller.status(key: "first-key") == 403)
    #expect(caller.status(key: "second-key") == 200)
    #expect(reports.all == ["\(folder.path)/keys: 2 keys read"])
    store.reloadIfChanged()
    #expect(caller.status(key: "second-key") == 200)
    #expect(reports.all.count == 1)
  }

  @Test func changedFileIsReadAgainByATimer() throws {
    let store = try KeyStore(
      path: folder.write("keys", text: "first-key"), pollIntervalSeconds: 0.01, report: reports.add)
    try folder.write("keys", text: "second-key")
    for _ in 0..<1000 where reports.all.isEmpty { usleep(10_000) }
    #expect(caller(store).status(key: "second-key") == 200)
  }

  @Test func wrongOrMissingFileLeavesTheKeys() throws {
    let store = try store("first-key")
    let caller = caller(store)
    try folder.write("keys", text: "x")
    store.reloadIfChanged()
    #expect(caller.status(key: "first-key") == 200)
    #expect(reports.all.count == 1)
    #expect(reports.all[0].hasSuffix("; the keys stay as they were"))
    store.reloadIfChanged()
    #expect(caller.status(key: "first-key") == 200)
    #expect(reports.all.count == 1)
    try folder.remove("keys")
    store.reloadIfChanged()
    #expect(caller.status(key: "first-key") == 200)
    try folder.write("keys", text: "second-key")
    store.reloadIfChanged()
    #expect(caller.status(key: "second-key") == 200)
  }

  @Test func fileIsReadAgainOnDemand() throws {
    let store = try store("first-key")
    try folder.write("keys", text: "second-key")
    store.reload()
    #expect(caller(store).status(key: "second-key") == 200)
  }
}

extension Caller {
  /// The status of a translation with that key.
  func status(key: String) -> Int {
    var request = request("/translate", #"{"q":"a","source":"en","target":"fr"}"#)
    request.headers["Authorization"] = "Bearer \(key)"
    return call(request).response.status
  }
}

/// Lines that were reported.
///
/// `@unchecked Sendable`: `lines` is only touched under `lock`.
final class Reports: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: [String] = []

  @Sendable func add(_ line: String) { lock.withLock { lines.append(line) } }

  var all: [String] { lock.withLock { lines } }
}
