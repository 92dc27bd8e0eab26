import Files
import Foundation
import Support
import Testing
import Translation

@Suite struct ModelCardTests {
  private func card(_ text: String?) throws -> ModelCard? {
    let folder = try TemporaryFolder()
    if let text { _ = try folder.write("card.json", text: text) }
    return try ModelCard(ModelFolder(directory: folder.path))
  }

  @Test func purposeAndScoresAreRead() throws {
    let text = #"{"purpose":"news","demonstration":true,"scores":{"b, chrF":54,"a, BLEU":26.5}}"#
    let scores = [ModelCard.Score(name: "a, BLEU", value: 26.5), ModelCard.Score(name: "b, chrF", value: 54)]
    #expect(try card(text) == ModelCard(purpose: "news", isDemonstration: true, scores: scores))
    #expect(try card(#"{"purpose":"news"}"#) == ModelCard(purpose: "news"))
  }

  @Test func cardIsOptional() throws {
    #expect(try card(nil) == nil)
  }

  private static let longPurpose = "{\"purpose\":\"" + String(repeating: "a", count: 201) + "\"}"
  private static let longName = "{\"purpose\":\"a\",\"scores\":{\"" + String(repeating: "a", count: 61) + "\":1}}"

  @Test(arguments: [
    ("{}", "purpose"), (#"{"purpose":"a","demonstration":1}"#, "demonstration"),
    (#"{"purpose":"a","scores":[1]}"#, "scores"), (#"{"purpose":"a","scores":{"x":"high"}}"#, "scores: x"),
    (longPurpose, "purpose"), (longName, "scores"),
  ])
  func brokenCardNamesTheMember(_ text: String, _ item: String) throws {
    let error = try #require(thrownError(FileError.self) { try card(text) })
    #expect(error.item == item)
  }

  @Test func embeddedModelIsADemonstration() throws {
    let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("models")
    let folder = try ModelFolder(directory: models.appendingPathComponent("en-fr").path)
    let card = try #require(try ModelCard(folder))
    #expect(card.isDemonstration && !card.scores.isEmpty)
  }
}
