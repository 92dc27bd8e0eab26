import Files
import Foundation
import Support
import Testing

struct ConfigurationFileTests {
  private func file(_ text: String) throws -> ConfigurationFile {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    return try ConfigurationFile(path: url.path)
  }

  @Test func membersByTypeAndBounds() throws {
    let file = try file(#"{"i":3,"list":[4],"r":0.5,"b":true,"s":"x","nothing":null}"#)
    #expect(try file.integer("i", in: 0...3) == 3)
    #expect(try file.integer("list", in: 0...9) == 4)
    #expect(try file.integer("nothing", in: 0...9, default: 7) == 7)
    #expect(try file.number("i", default: 0) == 3)
    #expect(try file.number("r", default: 0) == 0.5)
    #expect(try file.boolean("b", default: false))
    #expect(try file.string("s") == "x")
    #expect(try file.string("nothing", default: "y") == "y")
    #expect(try file.optionalString("absent") == nil)
  }

  @Test(arguments: [
    ("", "byte 0", "the end", "a value"), ("[1]", "file", "another JSON value", "a JSON object"),
    (#"{"a":1,"a":2}"#, "byte 7", "the name \"a\" twice", "every name once"),
    ("{\"a\":1}]", "byte 7", "']'", "the end"),
  ])
  func otherJSONIsRefused(_ text: String, _ item: String, _ found: String, _ expected: String) throws {
    let error = try #require(thrownError(FileError.self) { try file(text) })
    #expect([error.item, error.found, error.expected] == [item, found, expected])
  }

  @Test func wrongTypesAreNamed() throws {
    let file = try file(#"{"i":4,"list":[1,2],"s":"yes"}"#)
    func failure(_ item: String, _ found: String, _ expected: String) -> FileError {
      FileError(file: file.path, item: item, found: found, expected: expected)
    }
    #expect(throws: failure("i", "4", "a whole number from 0 to 3")) { try file.integer("i", in: 0...3) }
    #expect(throws: failure("list", "a list of 2", "a number")) { try file.number("list", default: 0) }
    #expect(throws: failure("s", "\"yes\"", "true or false")) { try file.boolean("s", default: true) }
    #expect(throws: failure("absent", "nothing", "a string")) { try file.string("absent") }
    #expect(throws: failure("i", "4", "a string")) { try file.optionalString("i") }
  }

  @Test func largeFilesAreNotRead() {
    let error = thrownError(FileError.self) { try file(String(repeating: " ", count: 5 << 20)) }
    #expect(error?.expected == "at most 4194304")
  }

  @Test func absentFiles() {
    #expect(throws: FileError.self) { try ConfigurationFile(path: NSTemporaryDirectory() + UUID().uuidString) }
    #expect(throws: FileError.self) { try ConfigurationFile(path: NSTemporaryDirectory()) }
  }
}
