import Evaluation
import Testing

struct BLEUTests {
  @Test func tokensEqualThoseOfSacreBLEU() throws {
    let lines = try BLEUFixture.tokens()
    #expect(lines.count > 20)
    for (line, tokens) in lines {
      let found = Tokenizer13a.tokens(line)
      #expect(found == tokens.map { Array($0.utf8) }, "of \(line)")
    }
  }

  @Test func scoresEqualThoseOfSacreBLEU() throws {
    let corpora = try BLEUFixture.corpora()
    #expect(corpora.count > 5)
    for corpus in corpora {
      let sentences = zip(corpus.hypotheses, corpus.references).map { BLEU(hypothesis: $0, reference: $1) }
      let score = sentences.reduce(BLEU(), +).score
      #expect(abs(score - corpus.score) < 1e-9, "\(corpus.name): \(score), expected \(corpus.score)")
    }
  }

  @Test func emptyCorpusHasScoreZero() {
    #expect(BLEU().score == 0)
  }

  @Test func classFollowsTheNumberOfWords() {
    func length(_ words: Int) -> SourceLength {
      SourceLength(source: "  " + Array(repeating: "a", count: words).joined(separator: "  ") + " ")
    }
    #expect([0, 1, 8, 9, 12, 13].map(length) == [.upTo8, .upTo8, .upTo8, .upTo12, .upTo12, .upTo16])
    #expect([16, 17, 20, 21, 90].map(length) == [.upTo16, .upTo20, .upTo20, .over20, .over20])
  }
}
