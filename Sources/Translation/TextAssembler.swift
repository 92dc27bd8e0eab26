import Decoding
import Models
import Tokenization

/// Puts the answers of a text's units together again: clauses to sentences, sentences to the text.
struct TextAssembler: Sendable {
  let model: LoadedModel
  let alternatives: Int
  let explain: Set<Explanation>

  /// - Parameter answers: one for each unit of the plan, in their order.
  func assemble(_ plan: TextPlan, _ answers: ArraySlice<UnitAnswer>) -> TranslatedText {
    var next = answers.startIndex
    let parts = plan.sentences.map { sentence in
      defer { next += sentence.clauses.count }
      return (plan: sentence, answers: Array(answers[next..<next + sentence.clauses.count]))
    }
    var sentences = parts.map { translated($0.plan, $0.answers) }
    let text = plan.text.joining(sentences.map(\.target), separator: separator)
    let sources = plan.text.starts(of: plan.text.pieces)
    let targets = plan.text.starts(of: sentences.map(\.target), separator: separator)
    for index in sentences.indices {
      sentences[index].sourceStart = sources[index]
      sentences[index].targetStart = targets[index]
    }
    let others = further(plan, parts, than: text)
    var whole = TranslatedText(
      text: text, alternatives: others.map(\.text), sentences: sentences, timings: timings(answers),
      tokens: answers.reduce(TokenCounts()) { $0 + $1.tokens })
    if explain.contains(.scores) { whole.alternativeScores = others.map(\.score) }
    return whole
  }

  // MARK: Texts

  /// The i-th alternative joins each sentence's i-th best; a sentence with fewer gives its best. What reads like one
  /// before it is left out.
  private func further(
    _ plan: TextPlan, _ parts: [(plan: SentencePlan, answers: [UnitAnswer])], than best: String
  ) -> [(text: String, score: Float)] {
    let most = parts.flatMap(\.answers).map(\.result.hypotheses.count).max() ?? 0
    var found: [(text: String, score: Float)] = []
    for rank in 1..<max(1, min(most, alternatives + 1)) {
      let sentences = parts.map { sentence(rank: rank, $0.plan, $0.answers) }
      let text = plan.text.joining(sentences, separator: separator)
      guard text != best, !found.contains(where: { $0.text == text }) else { continue }
      let logProbs = parts.flatMap(\.answers).flatMap { hypothesis(rank: rank, $0)?.logProbs ?? [] }
      found.append((text, logProbs.reduce(0, +)))
    }
    return found
  }

  private func hypothesis(rank: Int, _ answer: UnitAnswer) -> Hypothesis? {
    let hypotheses = answer.result.hypotheses
    return rank < hypotheses.count ? hypotheses[rank] : hypotheses.first
  }

  private func sentence(rank: Int, _ plan: SentencePlan, _ answers: [UnitAnswer]) -> String {
    guard !answers.isEmpty else { return plan.text.joining(plan.text.pieces) }
    return plan.text.joining(zip(plan.text.pieces, answers).map { clause(rank: rank, $0, $1) })
  }

  /// A clause of which the model made nothing but unknown tokens stays as it is rather than vanish.
  private func clause(rank: Int, _ source: String, _ answer: UnitAnswer) -> String {
    let text = model.tokenizer.decode(hypothesis(rank: rank, answer)?.tokens ?? [])
    return text.isEmpty ? source : text
  }

  /// Sentences that touch each other in a script without spaces stand apart in one with them.
  private var separator: String {
    ["zh", "ja", "yue", "wuu", "zho", "jpn"].contains(model.pair.target.prefix { $0 != "_" }) ? "" : " "
  }

  // MARK: Sentences

  private func translated(_ plan: SentencePlan, _ answers: [UnitAnswer]) -> TranslatedSentence {
    let best = answers.compactMap(\.result.hypotheses.first)
    let tokens = best.flatMap(\.tokens)
    let target = sentence(rank: 0, plan, answers)
    let logProbs = best.flatMap(\.logProbs)
    var sentence = TranslatedSentence(
      source: plan.text.joining(plan.text.pieces), target: target,
      sourceTokens: explain.contains(.tokens) ? plan.clauses.flatMap(\.pieces) : [],
      targetTokens: explain.contains(.tokens) ? model.tokenizer.pieces(tokens) : [],
      score: logProbs.reduce(0, +), logProbs: logProbs,
      alignment: explain.contains(.alignment) ? alignment(plan, answers) : [],
      stopReason: best.contains { $0.stopReason != .eos } ? .length : .eos, truncated: plan.isCut)
    sentence.kept = KeptSpans.links(plan.kept, of: sentence.source, in: target)
    return sentence
  }

  private func alignment(_ plan: SentencePlan, _ answers: [UnitAnswer]) -> [AlignmentLink] {
    var (source, target) = (plan.text.gaps[0].utf8.count, plan.text.gaps[0].utf8.count)
    var links: [AlignmentLink] = []
    for (index, answer) in answers.enumerated() {
      let (piece, gap) = (plan.text.pieces[index], plan.text.gaps[index + 1].utf8.count)
      let decoded = model.tokenizer.decodeWithRanges(answer.result.hypotheses.first?.tokens ?? [])
      links += Alignment.links(
        answer.aligned, source: Alignment.words(plan.clauses[index].ranges, in: piece),
        target: Alignment.words(decoded.ranges, in: decoded.text)
      ).map { $0.moved(source: source, target: target) }
      source += piece.utf8.count + gap
      target += clause(rank: 0, piece, answer).utf8.count + gap
    }
    return links
  }

  // MARK: Timings

  private func timings(_ answers: ArraySlice<UnitAnswer>) -> Timings {
    let all = answers.map(\.timings)
    return Timings(
      queueMilliseconds: all.map(\.queueMilliseconds).max() ?? 0,
      encodeMilliseconds: all.map(\.encodeMilliseconds).max() ?? 0,
      decodeMilliseconds: all.map(\.decodeMilliseconds).max() ?? 0, batchSize: all.map(\.batchSize).max() ?? 0)
  }
}
