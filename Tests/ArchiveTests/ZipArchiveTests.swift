import Archive
import Files
import Support
import Testing

@Suite struct ZipArchiveTests {
  /// The content of `words.txt`, as the fixtures' script makes it.
  private static let words = (0..<600).map { "\($0 * $0 % 97) line \($0)\n" }.joined()
  private static let summer = "\u{E9}t\u{E9}"

  private func open(_ name: String) throws -> ZipArchive {
    try ZipArchive(InputFile(path: ContainerFixture.archive(name)))
  }

  private func open(_ change: (inout ZipBuilder) -> Void) throws -> ZipArchive {
    var builder = ZipBuilder()
    builder.add("a", [1, 2, 3])
    builder.add("b", [4, 5])
    change(&builder)
    return try ZipArchive(builder.bytes, name: "built.zip")
  }

  private func text(_ name: String, _ archive: ZipArchive) throws -> String {
    String(decoding: try archive.bytes(of: #require(archive.member(name)), atMost: 1 << 20), as: UTF8.self)
  }

  // MARK: Reading

  @Test(arguments: ["mixed.zip", "streamed.zip"])
  func storedAndDeflatedMembersAreRead(_ name: String) throws {
    let archive = try open(name)
    #expect(
      archive.members.map(\.name)
        == ["mimetype", "folder/", "folder/words.txt", "folder/empty", "folder/\(Self.summer).txt"])
    #expect(archive.members.map(\.method) == [0, 0, 8, 8, 0])
    #expect(archive.members.map(\.isFolder) == [false, true, false, false, false])
    #expect(archive.members.map(\.size) == [18, 0, Self.words.utf8.count, 0, 5])
    #expect(try text("mimetype", archive) == "application/x-test")
    #expect(try text("folder/words.txt", archive) == Self.words)
    #expect(try text("folder/empty", archive) == "")
    #expect(try text("folder/\(Self.summer).txt", archive) == Self.summer)
    #expect(archive.member("words.txt") == nil)
  }

  @Test func wideHeadersAreRead() throws {
    #expect(try text("words.txt", open("wide.zip")) == Self.words)
  }

  @Test func membersAreOpenedAsFiles() throws {
    let archive = try open("mixed.zip")
    let stored = try archive.open(#require(archive.member("mimetype")))
    #expect(stored.path.hasSuffix("mixed.zip/mimetype"))
    #expect(try stored.withBytes(12..<18) { String(decoding: $0, as: UTF8.self) } == "x-test")
    let deflated = try archive.open(#require(archive.member("folder/words.txt")))
    #expect(deflated.count == Self.words.utf8.count)
    #expect(try deflated.withBytes(0..<7) { String(decoding: $0, as: UTF8.self) } == "0 line ")
    try deflated.checkUnchanged()
  }

  @Test func changeOfTheArchiveIsAChangeOfItsMembers() throws {
    let folder = try TemporaryFolder()
    let bytes = try ContainerFixture.bytes(ContainerFixture.archive("mixed.zip"))
    let path = try folder.write("a.zip", bytes)
    let archive = try ZipArchive(InputFile(path: path))
    let files = try ["mimetype", "folder/words.txt"].map { try archive.open(#require(archive.member($0))) }
    for file in files { try file.checkUnchanged() }
    try folder.write("a.zip", bytes + [0])
    for file in files { #expect(throws: FileError.self) { try file.checkUnchanged() } }
  }

  @Test func errorOfAMemberIsAnErrorOfItsArchive() throws {
    let archive = try open("mixed.zip")
    let file = try archive.open(#require(archive.member("folder/words.txt")))
    file.note(FileError(file: file.path, item: "a", found: "b", expected: "c"))
    #expect(throws: FileError.self) { try archive.file.checkUnchanged() }
  }

  @Test func archivesAreRecognised() throws {
    var writer = ZipWriter()
    let empty = writer.finish()
    for bytes in try [empty, ContainerFixture.bytes(ContainerFixture.archive("mixed.zip"))] {
      #expect(bytes.withUnsafeBytes { ZipArchive.recognises($0) })
    }
    #expect(![0x50, 0x4B].withUnsafeBytes { ZipArchive.recognises($0) })
    #expect(try ZipArchive(empty, name: "empty.zip").members.isEmpty)
  }

  // MARK: Limits and faults

  @Test func contentAboveTheLimitIsRefused() throws {
    let archive = try open("mixed.zip")
    for name in ["mimetype", "folder/words.txt"] {
      let member = try #require(archive.member(name))
      #expect(try archive.bytes(of: member, atMost: member.size).count == member.size)
      let message = failureMessage { _ = try archive.bytes(of: member, atMost: member.size - 1) }
      #expect(message.contains("\(name): found \(member.size) bytes, expected at most \(member.size - 1)"))
    }
  }

  @Test func deflatedContentHasTheSizeThatIsDeclared() throws {
    let source = try open("mixed.zip")
    let words = try #require(source.member("folder/words.txt"))
    let packed = try source.packedBytes(of: words)
    func read(size: Int, checksum: UInt32, _ bytes: [UInt8]) throws -> [UInt8] {
      let archive = try open {
        $0.members[0].content = bytes
        $0.members[0].method = 8
        $0.members[0].unpackedSize = UInt32(size)
        $0.members[0].checksum = checksum
      }
      return try archive.bytes(of: #require(archive.member("a")), atMost: .max)
    }
    func failure(size: Int, checksum: UInt32, _ bytes: [UInt8]) -> String {
      failureMessage { _ = try read(size: size, checksum: checksum, bytes) }
    }
    #expect(try read(size: words.size, checksum: words.checksum, packed) == Array(Self.words.utf8))
    #expect(failure(size: words.size - 1, checksum: words.checksum, packed).contains("more than"))
    #expect(failure(size: words.size + 1, checksum: words.checksum, packed).contains("unpacked bytes from"))
    #expect(failure(size: words.size, checksum: 1, packed).contains("CRC-32 \(words.checksum), expected 1"))
    #expect(failure(size: words.size, checksum: words.checksum, packed + [0]).contains("unpacked bytes from"))
    #expect(failure(size: words.size, checksum: words.checksum, Array(packed.dropLast())).contains("end of the data"))
    // A size that the data cannot hold is refused before anything is unpacked.
    #expect(failure(size: 1033 * packed.count, checksum: 0, packed).contains("declared for"))
  }

  @Test func changedStoredContentIsSeen() throws {
    let archive = try open { $0.members[1].checksum = 1 }
    #expect(try archive.bytes(of: archive.members[0], atMost: 3) == [1, 2, 3])
    #expect(failureMessage { _ = try archive.bytes(of: archive.members[1], atMost: 3) }.contains("b: found CRC-32"))
  }

  @Test func otherMethodsAreListedAndNotOpened() throws {
    let archive = try open { $0.members[0].method = 14 }
    #expect(archive.members.map(\.method) == [14, 0])
    #expect(failureMessage { _ = try archive.open(archive.members[0]) }.contains("a: found a member of method 14"))
    #expect(try archive.packedBytes(of: archive.members[0]) == [1, 2, 3])
  }

  @Test func headersThatDisagreeAreRefused() {
    let changes: [(String, (inout ZipBuilder) -> Void)] = [
      ("method 8 in its local header", { $0.members[0].localMethod = 8 }),
      ("another name", { $0.members[0].localName = "x" }), ("an overlap", { $0.members[0].size = 4 }),
      ("an encrypted member", { $0.members[1].flags = 1 }), ("bytes stored", { $0.members[1].unpackedSize = 1 }),
    ]
    for (message, change) in changes {
      let found = failureMessage { _ = try open(change) }
      #expect(found.contains(message), "\(found) lacks \(message)")
    }
  }

  // MARK: Writing

  @Test func copiedMembersKeepTheirBytes() throws {
    let source = try open("mixed.zip")
    var writer = ZipWriter()
    for member in source.members { try writer.copy(member, of: source) }
    writer.add("new/\(Self.summer)", [7, 8, 9])
    let copy = try ZipArchive(writer.finish(), name: "copy.zip")
    #expect(copy.members.map(\.name) == source.members.map(\.name) + ["new/\(Self.summer)"])
    for (old, new) in zip(source.members, copy.members) {
      #expect(old.method == new.method && old.checksum == new.checksum && old.modified == new.modified)
      #expect(try source.packedBytes(of: old) == copy.packedBytes(of: new))
      #expect(try source.bytes(of: old, atMost: old.size) == copy.bytes(of: new, atMost: old.size))
    }
    #expect(try copy.bytes(of: #require(copy.members.last), atMost: 3) == [7, 8, 9])
  }
}
