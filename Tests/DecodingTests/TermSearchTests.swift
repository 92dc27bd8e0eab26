import Decoding
import Models
import Testing

/// Terms on a model that can be searched by hand, and that attends to its first source token always.
struct TermSearchTests {
  private func decode(
    _ sources: [Int32], _ forms: [[Int32]], at position: Int = 0, beam: Int, isAnywhere: Bool = false
  ) -> [[Int32]] {
    let options = SentenceDecoderTests.options {
      $0.beam = beam
      $0.logProbs = beam > 1
      $0.capture = .alignment(AlignmentCapture(layer: 0, head: nil, candidates: [0]))
      let terms = forms.map { TermForm(first: $0, spaced: $0, joined: $0) }
      $0.terms = TermPlan(
        [TermConstraint(source: position..<position + 1, forms: terms)], texts: BigramTexts(), isAnywhere: isAnywhere)
    }
    return SentenceDecoderTests.decode(sources.map { DecodingRequest(source: [$0, 0, 0], options: options) }).map {
      $0.hypotheses[0].tokens
    }
  }

  /// The translations of 30 sentences that go on from a prefix with a term.
  private func decode(
    after prefix: [Int32], _ form: TermForm, texts: any TokenTexts = BigramTexts(), beam: Int = 1
  ) -> [[Int32]] {
    let options = SentenceDecoderTests.options {
      $0.beam = beam
      $0.capture = .alignment(AlignmentCapture(layer: 0, head: nil, candidates: [0]))
      $0.prefix = prefix
      var plan = TermPlan([TermConstraint(source: 1..<2, forms: [form])], texts: texts)
      plan.opening = 0
      $0.terms = plan
    }
    let requests = (0..<30).map { DecodingRequest(source: [Int32($0), 0, 0], options: options) }
    return SentenceDecoderTests.decode(requests).map { $0.hypotheses[0].tokens }
  }

  private func contains(_ tokens: [Int32], _ part: [Int32]) -> Bool {
    tokens.indices.contains { tokens[$0...].starts(with: part) }
  }

  @Test(arguments: [1, 3]) func termIsWrittenWhereItIsDue(beam: Int) {
    for tokens in decode(Array(0..<30), [[1, 3, 3]], beam: beam) { #expect(contains(tokens, [1, 3, 3])) }
  }

  @Test(arguments: [1, 3]) func noLetterFollowsATerm(beam: Int) {
    for tokens in decode(Array(0..<30), [[2]], beam: beam) where tokens.count < 12 {
      #expect(tokens.indices.contains { tokens[$0] == 2 && tokens[$0 + 1] != 3 })
    }
  }

  @Test func oneOfTheFormsIsWritten() {
    for tokens in decode(Array(0..<30), [[1, 3], [2, 3, 3]], beam: 1) {
      #expect(contains(tokens, [1, 3]) || contains(tokens, [2, 3, 3]))
    }
  }

  @Test func termThatIsNeverDueIsWrittenAnywhere() {
    let sources = Array(0..<30) as [Int32]
    let gated = decode(sources, [[1, 3, 3]], at: 1, beam: 4)
    let free = decode(sources, [[1, 3, 3]], at: 1, beam: 4, isAnywhere: true)
    #expect(zip(gated, free).contains { !contains($0, [1, 3, 3]) && contains($1, [1, 3, 3]) })
  }

  @Test(arguments: [1, 3]) func termIsWrittenAfterThePrefix(beam: Int) {
    let form = TermForm(first: [1, 3, 3], spaced: [1, 3, 3], joined: [1, 3, 3])
    for tokens in decode(after: [2, 3], form, beam: beam) {
      // Up to two short words can stand between.
      #expect(tokens.starts(with: [2, 3]) && (2...4).contains { tokens.dropFirst($0).starts(with: [1, 3, 3]) })
    }
  }

  @Test func termAfterASpaceIsWrittenWithoutAnother() {
    struct Texts: TokenTexts {
      func text(of token: Int32) -> String { token == 2 ? " " : BigramTexts().text(of: token) }
    }
    let form = TermForm(first: [3, 3, 3], spaced: [4, 3, 3], joined: [3, 3])
    for tokens in decode(after: [1, 2], form, texts: Texts()) {
      #expect(contains(tokens, [3, 3]) && !contains(tokens, [2, 4]))
    }
  }

  @Test func sentencesOfABatchAreFoundAsAlone() {
    let sources = Array(0..<20) as [Int32]
    for beam in [1, 4] {
      let together = decode(sources, [[2, 3]], beam: beam)
      #expect(together == sources.map { decode([$0], [[2, 3]], beam: beam)[0] })
    }
  }
}
