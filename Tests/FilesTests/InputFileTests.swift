import Files
import Foundation
import Support
import Testing

@Suite struct InputFileTests {
  private let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  private let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }

  private func open() throws -> InputFile {
    try Data(bytes).write(to: url)
    return try InputFile(path: url.path)
  }

  private func overwrite(_ bytes: [UInt8]) throws {
    let handle = try FileHandle(forWritingTo: url)
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: bytes)
    try handle.close()
  }

  private func remove() { try? FileManager.default.removeItem(at: url) }

  @Test func bytesAreCopied() throws {
    let file = try open()
    defer { remove() }
    #expect(file.count == bytes.count)
    #expect(try file.withBytes { Array($0) } == bytes)
    #expect(try file.withBytes(70..<80) { Array($0) } == Array(bytes[70..<80]))
    #expect(try file.withBytes(5..<5) { Array($0) }.isEmpty)
    let copy = try FileBytes(file, 99_000..<100_000)
    withExtendedLifetime(copy) { #expect(Array(copy.bytes) == Array(bytes[99_000...])) }
    try file.checkUnchanged()
  }

  @Test func removedFilesCanBeRead() throws {
    let file = try open()
    remove()
    #expect(try file.withBytes { Array($0) } == bytes)
    #expect(throws: FileError.self) { try file.checkUnchanged() }
  }

  @Test func truncatedFilesAreErrors() throws {
    let file = try open()
    defer { remove() }
    let copy = try FileBytes(file, 0..<file.count)
    try overwrite(Array(bytes[..<1000]))
    let error = thrownError(FileError.self) { try file.withBytes { Array($0) } }
    #expect(error?.found == "an end at byte 1000")
    withExtendedLifetime(copy) { #expect(Array(copy.bytes) == bytes, "copies stay as they are") }
  }

  @Test func changesAreSeen() throws {
    let file = try open()
    defer { remove() }
    try file.checkUnchanged()
    usleep(20_000)  // Longer than the steps of the file system's clock.
    try overwrite(bytes)
    let error = thrownError(FileError.self) { try file.checkUnchanged() }
    #expect(error?.found == "a change while it was being loaded")
  }

  @Test func replacementsAreSeen() throws {
    let file = try open()
    defer { remove() }
    try Data(bytes).write(to: url, options: .atomic)
    #expect(throws: FileError.self) { try file.checkUnchanged() }
  }

  @Test func notedErrorsAreThrownLater() throws {
    let file = try open()
    defer { remove() }
    file.note(FileError(file: "a", item: "first", found: "", expected: ""))
    file.note(FileError(file: "a", item: "second", found: "", expected: ""))
    #expect(thrownError(FileError.self) { try file.checkUnchanged() }?.item == "first")
  }

  @Test func otherThingsThanFilesAreRefused() throws {
    for path in ["/", "/dev/zero", url.path + "/missing"] {
      #expect(thrownError(FileError.self) { try InputFile(path: path) }?.file == path)
    }
    let file = try open()
    defer { remove() }
    #expect(throws: FileError.self) { try InputFile(path: file.path, atMost: 99_999) }
  }
}
