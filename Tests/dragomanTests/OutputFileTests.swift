import Foundation
import Testing
import dragoman

struct OutputFileTests {
  @Test func writesOneTextAfterAnother() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("what was there before".utf8).write(to: URL(fileURLWithPath: path))
    let file = try OutputFile(path: path)
    try file.write("été\n")
    try file.write("")
    try file.write("fin\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "été\nfin\n")
  }

  @Test func aFullDiskIsAnError() throws {
    let full = try OutputFile(path: "/dev/full")
    #expect { try full.write("a") } throws: { "\($0)" == "/dev/full: cannot write: No space left on device" }
  }

  @Test func aFolderThatIsMissingIsNamed() {
    #expect {
      try OutputFile(path: "/nowhere/file")
    } throws: {
      "\($0)" == "/nowhere/file: cannot write: No such file or directory"
    }
  }
}
