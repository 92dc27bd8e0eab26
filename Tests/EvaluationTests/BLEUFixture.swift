import Foundation
import JSON

/// The tokens and scores of sacreBLEU 2.6 for some lines: `Fixtures/make_bleu_fixture.py`.
enum BLEUFixture {
  struct Corpus {
    let name: String
    let hypotheses: [String]
    let references: [String]
    let score: Double
  }

  static func corpora() throws -> [Corpus] {
    try FixtureFile.objects("bleu.json", "corpora").map { corpus in
      Corpus(
        name: corpus["name"]?.text ?? "", hypotheses: corpus["hypotheses"]?.texts ?? [],
        references: corpus["references"]?.texts ?? [], score: corpus["score"]?.number ?? .nan)
    }
  }

  static func tokens() throws -> [(line: String, tokens: [String])] {
    try FixtureFile.objects("bleu.json", "tokens").map { ($0["line"]?.text ?? "", $0["tokens"]?.texts ?? []) }
  }
}
