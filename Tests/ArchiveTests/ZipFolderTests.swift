import Archive
import Files
import Support
import Testing

@Suite struct ZipFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ members: [(String, String)], as name: String = "en-fr.zip") throws -> ModelFolder {
    var writer = ZipWriter()
    for (name, text) in members { writer.add(name, Array(text.utf8)) }
    return try ModelFolder.open(folder.write(name, writer.finish()))
  }

  private func text(_ file: InputFile) throws -> String {
    try file.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test func onlyFolderOfAnArchiveIsTheModel() throws {
    let model = try open([
      ("root/", ""), ("root/config.json", #"{"model_type":"marian"}"#), ("root/sub/a.txt", "inner"), ("root/b", "1"),
    ])
    #expect(model.name == "en-fr")
    #expect(model.names == ["b", "config.json", "sub"])
    #expect(try model.configuration?.string("model_type") == "marian")
    #expect(model.contains("b") && !model.contains("a.txt"))
    #expect(try text(model.open("b")) == "1")
    let inner = try model.subfolder("sub")
    #expect(inner.names == ["a.txt"])
    #expect(try text(inner.open("a.txt")) == "inner")
    try model.checkUnchanged()
  }

  @Test func filesWithoutAFolderAreTheModel() throws {
    let model = try open([("a", "1"), ("sub/b", "2")], as: "x.argosmodel")
    #expect(model.name == "x")
    #expect(model.names == ["a", "sub"])
    #expect(failureMessage { _ = try model.open("c") }.contains("x.argosmodel/c: file: found no such file"))
    #expect(failureMessage { _ = try model.subfolder("c") }.contains("x.argosmodel/c: folder: found no such folder"))
  }

  @Test func changeOfTheArchiveIsSeenThroughItsFolders() throws {
    let model = try open([("root/sub/a", "1")])
    let inner = try model.subfolder("sub")
    _ = try inner.open("a")
    try model.checkUnchanged()
    try folder.write("en-fr.zip", text: "other")
    #expect(throws: FileError.self) { try model.checkUnchanged() }
    #expect(throws: FileError.self) { try inner.checkUnchanged() }
  }

  @Test func foldersOnDiskHaveSubfolders() throws {
    try folder.write("a", text: "1")
    let model = try ModelFolder.open(folder.path)
    #expect(model.names == ["a"])
    #expect(failureMessage { _ = try model.subfolder("b") }.contains("/b: cannot be read: no such file or directory"))
  }

  @Test func otherFilesAreRefused() throws {
    let path = try folder.write("model.bin", text: "PK, but no archive")
    #expect(failureMessage { _ = try ModelFolder.open(path) }.contains("found no ZIP archive"))
    #expect(
      failureMessage { _ = try ModelFolder.open(folder.path + "/absent") }.contains(
        "/absent: cannot be read: no such file or directory"))
  }
}
