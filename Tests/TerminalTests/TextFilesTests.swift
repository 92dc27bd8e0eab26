import Foundation
import Support
import Terminal
import Testing

struct TextFilesTests {
  @Test func textsAreWrittenOneAfterAnother() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("what was there before".utf8).write(to: URL(fileURLWithPath: path))
    let file = try OutputFile(path: path)
    try file.write("été\n")
    try file.write("")
    try file.write("fin\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "été\nfin\n")
  }

  @Test func fullDiskIsAnError() throws {
    let full = try OutputFile(path: "/dev/full")
    #expect { try full.write("a") } throws: { "\($0)" == "/dev/full: cannot be written: no space left on device" }
  }

  @Test func missingFolderIsReportedWithItsPath() {
    #expect {
      try OutputFile(path: "/nowhere/file")
    } throws: {
      "\($0)" == "/nowhere/file: cannot be written: no such file or directory"
    }
  }

  @Test func linesEndWithLineFeedsOrAtTheEnd() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("lines", text: "one\r\n\ntwo\n" + String(repeating: "é", count: 100_000) + "\nlast")
    let lines = try LineReader.lines(of: path)
    #expect(lines.count == 5)
    #expect(lines.prefix(3) == ["one", "", "two"])
    #expect(lines.dropFirst(3).first?.count == 100_000)
    #expect(lines.last == "last")
    #expect(try LineReader.lines(of: path, limit: 2) == ["one", ""])
    #expect(try LineReader.lines(of: folder.write("empty", text: "")) == [])
  }

  @Test func brokenUTF8IsReportedWithItsLine() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("broken", [0x61, 0x0A, 0xC3, 0x28, 0x0A])
    #expect {
      try LineReader.lines(of: path)
    } throws: {
      "\($0)" == "\(path): line 2: found broken UTF-8, expected UTF-8"
    }
  }

  @Test func missingInputIsReportedWithItsPath() {
    #expect {
      try LineReader.lines(of: "/nowhere/file")
    } throws: {
      "\($0)" == "/nowhere/file: cannot be read: no such file or directory"
    }
  }
}
