import Foundation

/// A tiny checkpoint in `Tests/Fixtures/transformers` with the answers of `transformers`, made by
/// `make_transformers_fixtures.py`.
package struct TransformersFixture: Sendable, CustomStringConvertible {
  package static let names = [
    "m2m", "m2m-ctranslate2", "small", "nllb", "nllb-legacy", "mbart50", "mbart25", "t5", "umt5", "madlad",
  ]
  package static let all = names.map(TransformersFixture.init)

  package let name: String

  package init(_ name: String) { self.name = name }

  package var description: String { name }
  package var directory: String { MarianFixture.root + "/transformers/" + name }

  /// A sentence with its languages, as the model has them.
  package struct Sentence: Decodable, Sendable {
    package var text: String
    package var source: String
    package var targetLanguage: String
    /// Language tokens and the end of sentence included. Sentences have different lengths.
    package var ids: [Int32]
    /// The token that the decoder is fed first, and the language that a translation has to start with.
    package var lead: [Int32]
    /// The forced target of `logProbs`.
    package var target: [Int32]
    package var logProbs: [Float]
    /// At most twelve tokens.
    package var greedy: [Int32]
    /// Four hypotheses, best first.
    package var beam: [[Int32]]
    package var beamScores: [Float]

    private enum CodingKeys: String, CodingKey {
      case text, source, ids, lead, target, logProbs, greedy, beam, beamScores
      case targetLanguage = "target_language"
    }
  }

  package func sentences() throws -> [Sentence] {
    let json = try Data(contentsOf: URL(fileURLWithPath: directory + "/expected.json"))
    return try JSONDecoder().decode([Sentence].self, from: json)
  }
}
