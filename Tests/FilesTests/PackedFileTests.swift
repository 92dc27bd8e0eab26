import Compression
import Files
import Foundation
import Support
import Testing

@Suite
struct PackedFileTests {
  private let folder = try? TemporaryFolder()

  /// "hello, hello, hello\n", packed by `gzip -n9`.
  private let gzip: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xD7, 0x51, 0xC8, 0x40, 0xA2, 0xB8, 0, 0xE7, 0x42,
    0x6E, 0x52, 0x14, 0, 0, 0,
  ]

  private func text(_ file: InputFile) throws -> String {
    try file.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  @Test func packedFileIsReadAsItsUnpackedBytes() throws {
    let folder = try #require(folder)
    try folder.write("a.txt.gz", gzip)
    let model = try ModelFolder(directory: folder.path)
    #expect(model.names == ["a.txt"])
    #expect(model.contains("a.txt"))
    #expect(try text(model.open("a.txt")) == "hello, hello, hello\n")
    try model.checkUnchanged()
  }

  @Test func packedConfigurationIsRead() throws {
    let folder = try #require(folder)
    // {"model_type":"marian"}, packed by `gzip -n9`.
    try folder.write(
      "config.json.gz",
      [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0x56, 0xCA, 0xCD, 0x4F, 0x49, 0xCD, 0x89,
        0x2F, 0xA9, 0x2C, 0x48, 0x55, 0xB2, 0x52, 0xCA, 0x4D, 0x2C, 0xCA, 0x4C, 0xCC, 0x53, 0xAA, 0x05, 0x00, 0x62,
        0x32, 0x9E, 0x2E, 0x17, 0x00, 0x00, 0x00,
      ] as [UInt8])
    #expect(try ModelFolder(directory: folder.path).configuration?.string("model_type") == "marian")
  }

  @Test func unpackedFileTakesPrecedence() throws {
    let folder = try #require(folder)
    try folder.write("a.txt.gz", gzip)
    try folder.write("a.txt", text: "plain")
    let model = try ModelFolder(directory: folder.path)
    #expect(model.names == ["a.txt"])
    #expect(try text(model.open("a.txt")) == "plain")
  }

  @Test func unpackedSizeIsBounded() throws {
    let folder = try #require(folder)
    try folder.write("a.txt.gz", gzip)
    let model = try ModelFolder(directory: folder.path)
    #expect(throws: FileError.self) { try model.open("a.txt", atMost: 19) }
  }

  @Test func changeOfThePackedFileIsSeen() throws {
    let folder = try #require(folder)
    try folder.write("a.txt.gz", gzip)
    let model = try ModelFolder(directory: folder.path)
    _ = try model.open("a.txt")
    try folder.write("a.txt.gz", gzip + [0])
    #expect(throws: FileError.self) { try model.checkUnchanged() }
  }

  @Test func pointerOfGitLFSIsNamed() throws {
    let folder = try #require(folder)
    try folder.write("a.bin", text: "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n")
    let model = try ModelFolder(directory: folder.path)
    #expect(failureMessage { _ = try model.open("a.bin") }.contains("a pointer of Git LFS"))
  }
}
