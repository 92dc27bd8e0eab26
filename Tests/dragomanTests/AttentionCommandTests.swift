import Foundation
import Support
import Terminal
import Testing
import dragoman

struct AttentionCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ arguments: [String]) throws -> Int32 {
    let model = ["--model", MarianFixture.root + "/marian-base", "--pair", "en-fr"]
    let parser = FlagParser(flags: AttentionCommand.flags, operands: AttentionCommand.operands)
    return try AttentionCommand.run(parser.parse(["a dog"] + model + arguments))
  }

  @Test(arguments: [("html", "<!doctype html>"), ("json", #"{"model":"marian-base""#), ("npz", "PK\u{3}\u{4}")])
  func formatFollowsTheFileName(_ suffix: String, _ start: String) throws {
    let path = folder.path + "/attention." + suffix
    #expect(try run(["--output", path]) == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)).starts(with: start.utf8))
  }

  @Test func flagsSelectTheWeights() throws {
    let path = folder.path + "/attention"
    let chosen = ["--kind", "encoder,cross", "--layers", "0", "--heads", "max", "--translation", "a"]
    #expect(try run(["--output", path, "--format", "json"] + chosen) == 0)
    let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
    let kinds = try #require(read?["attention"] as? [String: [String: Any]])
    #expect(Set(kinds.keys) == ["encoder", "cross"])
    #expect(kinds.values.allSatisfy { ($0["shape"] as? [Int])?.prefix(2) == [1, 1] })
  }

  @Test(arguments: [
    (["--output", "a.png"], "--output: found a.png, expected a name in .html, .json or .npz, or a --format"),
    (["--kind", "self"], "--kind: found self, expected all or any of cross, encoder, decoder"),
    (["--heads", "median"], "--heads: found median, expected all, mean, max or indices from 0"),
  ])
  func invalidFlagsAreExplained(_ arguments: [String], _ message: String) {
    #expect {
      try run(arguments)
    } throws: {
      "\($0)" == message
    }
  }
}
