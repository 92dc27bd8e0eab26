import Archive
import Foundation
import Testing

@testable import dragoman_fuzz

/// The inputs that `deploy/fuzz` has kept, each of which reaches other code of its parser.
@Suite(.timeLimit(.minutes(10))) struct FuzzCorpusTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/../Fuzz/corpus"
  private static let parsers = FuzzedParser.all.map(\.name)

  @Test(arguments: parsers) func keptInputsAreReadOrRefused(_ name: String) throws {
    let parser = try #require(FuzzedParser.named(name))
    let path = "\(Self.folder)/\(name).zip"
    let bytes = try #require(FileManager.default.contents(atPath: path), "no inputs are kept: \(path)")
    let archive = try ZipArchive(Array(bytes), name: path)
    #expect(!archive.members.isEmpty)
    for member in archive.members { parser.feed(try archive.bytes(of: member, atMost: 1 << 20)) }
  }
}
