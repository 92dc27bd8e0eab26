import Support
import Testing
import Tokenization
import Translation

@Suite struct ClauseCutterTests {
  private let tokenizer = ScalarTokenizer()

  private func cut(_ text: String, limit: Int) -> (text: SegmentedText, clauses: [EncodedText?]) {
    ClauseCutter(tokenizer: tokenizer, limit: limit).cut(text, encoded: tokenizer.encode(text))
  }

  @Test func fittingSentenceIsOneClause() {
    let whole = cut("one, two", limit: 9)
    #expect(whole.text.pieces == ["one, two"])
    #expect(whole.clauses == [tokenizer.encode("one, two")])
  }

  @Test(arguments: [
    ("one, two, three", 12, ["one, two,", "three"]),
    ("one two; three four five", 17, ["one two;", "three four five"]),
    ("one two three four", 10, ["one two", "three", "four"]),
    ("abcdefghij", 5, ["abcd", "efgh", "ij"]),
    ("一二三，四五六、七八九", 7, ["一二三，", "四五六、", "七八九"]),
    ("1,000,000 and", 8, ["1,000,0", "00 and"]),
  ])
  func cutsAtTheLastClauseEndElseSpaceElseCharacter(_ text: String, _ limit: Int, _ expected: [String]) {
    let result = cut(text, limit: limit)
    #expect(result.text.pieces == expected)
    #expect(result.clauses == expected.map(tokenizer.encode))
    #expect(result.text.joining(result.text.pieces) == text)
  }

  @Test func everyClauseFitsAndNothingIsLost() {
    let text = String(repeating: "word, other words and so on; ", count: 400) + String(repeating: "x", count: 5_000)
    for limit in [2, 3, 7, 64, 512] {
      let result = cut(text, limit: limit)
      #expect(result.clauses.allSatisfy { ($0?.ids.count ?? .max) <= limit })
      #expect(result.text.joining(result.text.pieces) == text)
      #expect(result.clauses.count == result.text.pieces.count)
    }
  }

  @Test func characterWithTooManyTokensHasNoTokens() {
    let wordy = WordyTokenizer(tokensPerScalar: 6)
    let result = ClauseCutter(tokenizer: wordy, limit: 4).cut("ab", encoded: wordy.encode("ab"))
    #expect(result.text.pieces == ["a", "b"])
    #expect(result.clauses == [nil, nil])
  }

  @Test func graphemesAreNotCut() {
    let family = "👩‍👩‍👧‍👦"
    let text = String(repeating: family + "e\u{301}\u{302}" + "क्षि", count: 40)
    for limit in 3...12 {
      let result = cut(text, limit: limit)
      #expect(result.text.joining(result.text.pieces) == text)
      #expect(result.text.pieces.reduce(0) { $0 + $1.count } == text.count)
      #expect(result.clauses.contains(nil) == (limit < 8), "the family alone has 7 scalars")
    }
  }

  @Test func protectedSpansAreNotCut() {
    let text = "see the page abc.def.ghi now, or not"
    let encoded = tokenizer.encode(text)
    let result = ClauseCutter(tokenizer: tokenizer, limit: 7).cut(text, encoded: encoded, protectedSpans: [13..<24])
    #expect(result.text.pieces.contains("abc.def.ghi"))
    #expect(result.clauses.filter { $0 == nil }.count == 1)
    #expect(result.text.joining(result.text.pieces) == text)
  }

  @Test func partsWithMoreTokensAloneAreCutShorter() {
    let shy = ShyTokenizer()
    let text = String(repeating: "abcd ", count: 20) + "abcd"
    let result = ClauseCutter(tokenizer: shy, limit: 16).cut(text, encoded: shy.encode(text))
    #expect(result.clauses.allSatisfy { ($0?.ids.count ?? .max) <= 16 })
    #expect(result.text.joining(result.text.pieces) == text)
  }
}
