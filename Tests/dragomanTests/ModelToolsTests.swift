import Foundation
import Support
import Testing

private let hasPrograms = ["python3", "curl", "gzip", "tar"].allSatisfy { name in
  ["/usr/bin/", "/bin/", "/usr/local/bin/"].contains { access($0 + name, X_OK) == 0 }
}

/// The scripts in `models`, as a person runs them. They need Bash, Python and curl, but no network.
@Suite(.enabled(if: hasPrograms, "python3, curl, gzip and tar are needed"))
struct ModelToolsTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private static let fixtures = MarianFixture.root + "/registry"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// - Returns: the exit status, and what the program wrote to both streams.
  private func run(_ name: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [Self.root + "/models/" + name] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  // MARK: Registries

  @Test func bestModelOfEachPairAndArchitectureIsListed() throws {
    let list = try run("fetch", "--registry", Self.fixtures + "/models.json", "--list")
    #expect(list.status == 0)
    let lines = list.output.split(separator: "\n").dropFirst()
    #expect(lines.count == 2)
    #expect(lines.contains { $0.contains("tiny-en-fr") && $0.contains("22 MB") && $0.contains("Release; bleu 48.5") })
    #expect(lines.contains { $0.contains("base-en-zh_hant") })
  }

  @Test func newestRecordsAreListed() throws {
    let rows = try run("registry", Self.fixtures + "/records.json")
    #expect(rows.status == 0)
    #expect(rows.output.contains("model\tbase-memory-pl-en\tpl\ten\t31800000\t"))
    #expect(rows.output.contains("translations-models-v2/a1.zst\tmodel.plen.intgemm.alphas.bin.zst\t"))
    #expect(!rows.output.contains("b1.zst"))
  }

  @Test(arguments: [
    ("{", "models/registry: "), (#"{"models":{}}"#, "baseUrl"),
    (#"{"baseUrl":"x","models":{"en-fr":[{"files":{"model":{"path":"../../etc/passwd"}}}]}}"#, "expected a path"),
    (#"{"baseUrl":"x","models":{"en-fr":[{"files":{"model":{"path":"$(id)"}}}]}}"#, "expected a path"),
    (#"{"data":[{"fileType":"model"}]}"#, "attachment"),
  ])
  func brokenListsAreRefused(_ list: String, _ message: String) throws {
    let result = try run("registry", folder.write("list.json", text: list))
    #expect(result.status != 0)
    #expect(result.output.contains(message), "\(result.output)")
    #expect(!result.output.contains("Traceback"))
  }

  /// The packed file "hello, hello, hello\n" at an address, and a registry that lists it.
  private func registry(sum: String) throws -> String {
    let gzip: [UInt8] = [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xD7, 0x51, 0xC8, 0x40, 0xA2, 0xB8, 0, 0xE7,
      0x42,
      0x6E, 0x52, 0x14, 0, 0, 0,
    ]
    try folder.write("model.enfr.bin.gz", gzip)
    return try folder.write(
      "list.json",
      text: """
        {"baseUrl": "file://\(folder.path)", "models": {"en-fr": [{"architecture": "tiny", "releaseStatus": "Release",
        "sourceLanguage": "en", "targetLanguage": "fr", "files": {"model": {"path": "model.enfr.bin.gz",
        "uncompressedSize": 20, "uncompressedHash": "\(sum)"}}}]}}
        """)
  }

  /// SHA-256 of the unpacked file.
  private static let helloSum = "9936fa6ba57663801b43c307ab5d04efcc419b85679e644f4722995814b72dbd"

  @Test func filesAreFetchedPackedAndCheckedUnpacked() throws {
    let right = try run("fetch", "--registry", registry(sum: Self.helloSum), "tiny-en-fr", folder.path + "/out")
    #expect(right.status == 0, "\(right.output)")
    #expect(FileManager.default.fileExists(atPath: folder.path + "/out/model.enfr.bin.gz"))
    let wrong = try run(
      "fetch", "--registry", registry(sum: String(repeating: "0", count: 64)), "tiny-en-fr", folder.path + "/other")
    #expect(wrong.status != 0)
    #expect(wrong.output.contains("model.enfr.bin.gz: found content of SHA-256 \(Self.helloSum)"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/other/model.enfr.bin.gz"))
  }

  // MARK: Bundles

  @Test func bundleIsUnpackedAsItWasPacked() throws {
    try FileManager.default.createDirectory(atPath: folder.path + "/in/en-fr", withIntermediateDirectories: true)
    try folder.write("in/en-fr/a.bin", [1, 2, 3])
    try folder.write("in/b.zip", [4])
    for name in ["1.tar", "2.tar"] {
      let packed = try run("bundle", "pack", folder.path + "/in", folder.path + "/" + name)
      #expect(packed.status == 0, "\(packed.output)")
    }
    let bytes = try ContainerFixture.bytes(folder.path + "/1.tar")
    #expect(try ContainerFixture.bytes(folder.path + "/2.tar") == bytes)
    #expect(try run("bundle", "unpack", folder.path + "/1.tar", folder.path + "/out").status == 0)
    #expect(try ContainerFixture.bytes(folder.path + "/out/en-fr/a.bin") == [1, 2, 3])
    #expect(try ContainerFixture.bytes(folder.path + "/out/b.zip") == [4])
  }

  @Test func damagedBundleLeavesNothing() throws {
    try folder.write("model.bin", [UInt8](repeating: 7, count: 4096))
    try FileManager.default.createDirectory(atPath: folder.path + "/in", withIntermediateDirectories: true)
    try FileManager.default.moveItem(atPath: folder.path + "/model.bin", toPath: folder.path + "/in/model.bin")
    #expect(try run("bundle", "pack", folder.path + "/in", folder.path + "/a.tar").status == 0)
    var bytes = try ContainerFixture.bytes(folder.path + "/a.tar")
    let content = try #require(bytes.indices.first { $0 > 2000 && bytes[$0..<$0 + 16].allSatisfy { $0 == 7 } })
    bytes[content + 100] ^= 1
    try folder.write("a.tar", bytes)
    let result = try run("bundle", "unpack", folder.path + "/a.tar", folder.path + "/out")
    #expect(result.status != 0)
    #expect(result.output.contains("not what it was when it was packed"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/out").isEmpty)
  }
}
