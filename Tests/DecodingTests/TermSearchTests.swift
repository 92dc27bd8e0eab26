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

  @Test func termThatIsNeverDueIsWrittenByABeamAnywhere() {
    for tokens in decode(Array(0..<30), [[1, 3, 3]], at: 1, beam: 4, isAnywhere: true) where tokens.count < 12 {
      #expect(contains(tokens, [1, 3, 3]))
    }
  }

  /// The model attends to the source of none of these terms.
  @Test(arguments: [1, 3]) func searchGoesBackForATermThatIsMissingAtItsEnd(beam: Int) {
    let sources = Array(0..<30) as [Int32]
    let plain = SentenceDecoderTests.decode(
      sources.map { source in
        DecodingRequest(source: [source, 0, 0], options: SentenceDecoderTests.options { $0.beam = beam })
      }
    ).map { $0.hypotheses[0].tokens }
    for (tokens, plain) in zip(decode(sources, [[1, 3, 3]], at: 1, beam: beam), plain) where plain.count < 12 {
      #expect(contains(tokens, [1, 3, 3]))
      let place = tokens.indices.first { tokens[$0...].starts(with: [1, 3, 3]) } ?? 0
      #expect(beam > 1 || plain.starts(with: tokens[..<place]), "the translation up to the term is kept")
    }
  }

  @Test(arguments: [1, 3]) func searchGoesBackForEachOfSeveralTerms(beam: Int) {
    let options = SentenceDecoderTests.options {
      $0.beam = beam
      $0.maxLength = 40
      $0.capture = .alignment(AlignmentCapture(layer: 0, head: nil, candidates: [0]))
      let terms = [[1, 3, 3], [2, 3, 3, 3]].enumerated().map { index, tokens in
        TermConstraint(
          source: index + 1..<index + 2, forms: [TermForm(first: tokens, spaced: tokens, joined: tokens)])
      }
      $0.terms = TermPlan(terms, texts: BigramTexts())
    }
    let requests = (0..<30).map { DecodingRequest(source: [Int32($0), 0, 0], options: options) }
    let whole = SentenceDecoderTests.decode(requests).map { $0.hypotheses[0].tokens }.filter {
      contains($0, [1, 3, 3]) && contains($0, [2, 3, 3, 3])
    }
    // After some of these words the model writes one token without end.
    #expect(whole.count >= 27)
  }

  /// The requests of 30 sentences whose term is never due.
  private func neverDue(beam: Int) -> [DecodingRequest] {
    let options = SentenceDecoderTests.options {
      $0.beam = beam
      $0.tellsTokens = true
      $0.capture = .alignment(AlignmentCapture(layer: 0, head: nil, candidates: [0, 1, 2]))
      let form = TermForm(first: [2, 3, 3], spaced: [2, 3, 3], joined: [2, 3, 3])
      $0.terms = TermPlan([TermConstraint(source: 1..<2, forms: [form])], texts: BigramTexts())
    }
    return (0..<30).map { DecodingRequest(source: [Int32($0), 0, 0], options: options) }
  }

  @Test(arguments: [1, 3]) func sentencesJoinThoseWhoseRowsAreKept(beam: Int) {
    let requests = neverDue(beam: beam)
    let loop = DecodingLoop(model: BigramModel())
    var results = [DecodingResult?](repeating: nil, count: requests.count)
    var next = 0
    while next < requests.count || !loop.isEmpty {
      let two = next..<min(next + 2, requests.count)
      loop.admit(Array(requests[two]), ids: Array(two))
      next = two.upperBound
      loop.step(
        rowLimit: 4 * beam, reservedRows: 0, isCancelled: { $0 % 7 == 3 && next > 20 }, settled: { _, _ in },
        finished: { results[$0] = $1 })
    }
    for (index, request) in requests.enumerated() where results[index]?.hypotheses.first?.stopReason != .cancelled {
      let alone = SentenceDecoderTests.decode([request])[0]
      #expect(results[index]?.hypotheses.map(\.tokens) == alone.hypotheses.map(\.tokens))
      #expect(results[index]?.alignment == alone.alignment)
    }
  }

  @Test(arguments: [1, 3]) func tokensAreSettledOnlyBeforeThePlacesToGoBackTo(beam: Int) {
    let requests = neverDue(beam: beam)
    var settled = [[Int32]](repeating: [], count: requests.count)
    var results = settled
    let loop = DecodingLoop(model: BigramModel())
    loop.admit(requests, ids: Array(requests.indices))
    while !loop.isEmpty {
      loop.step(
        rowLimit: .max, reservedRows: 0, isCancelled: { _ in false }, settled: { settled[$0] += $1 },
        finished: { results[$0] = $1.hypotheses.first?.tokens ?? [] })
    }
    for (settled, result) in zip(settled, results) { #expect(result.starts(with: settled)) }
  }

  @Test func sentencesOfABatchAreFoundAsAlone() {
    let sources = Array(0..<20) as [Int32]
    for (beam, position) in [(1, 0), (4, 0), (1, 1), (4, 1)] {
      let together = decode(sources, [[2, 3]], at: position, beam: beam)
      #expect(together == sources.map { decode([$0], [[2, 3]], at: position, beam: beam)[0] })
    }
  }
}
