import Decoding
import Tokenization

/// What a model made of a part, read for a review.
struct PartReading {
  private let part: SentencePart
  private let answer: UnitAnswer
  private let tokenizer: any Tokenizer
  /// The best hypothesis, as much of it as counts.
  private let tokens: [Int32]
  private let ranges: [Range<Int>]
  private let target: ByteText
  /// How many hypotheses count.
  private let ranks: Int
  let source: ByteText

  /// - Parameter count: so many first tokens of the best hypothesis are all that counts; nil takes it, and the others,
  ///   whole.
  init(_ part: SentencePart, _ answer: UnitAnswer, _ tokenizer: any Tokenizer, tokens count: Int? = nil) {
    let hypotheses = answer.result.hypotheses
    let all = hypotheses.first?.tokens ?? []
    self.part = part
    self.answer = answer
    self.tokenizer = tokenizer
    ranks = count == nil ? hypotheses.count : 1
    tokens = count.map { Array(all.prefix($0)) } ?? all
    let decoded = tokenizer.decodeWithRanges(tokens)
    ranges = Alignment.words(decoded.ranges, in: decoded.text)
    target = ByteText(decoded.text)
    source = ByteText(part.text)
  }

  var text: String { target.string }

  var loop: Repetition? {
    let words = tokens.last == tokenizer.endToken ? tokens.dropLast() : tokens[...]
    return Repetition.loop(in: words, source: part.encoded?.ids[...].dropLast() ?? [], text: part.text)
  }

  /// Spans of the source that are not in the translation as they should.
  var broken: [Range<Int>] { ProtectedSpanMatcher.broken(part.kept, of: source, in: target) }

  /// Of the source, outside what is kept.
  var sourceNumbers: [WrittenNumber] { WrittenNumber.all(in: source, outside: part.kept) }

  var numbers: NumberCheck {
    let source = sourceNumbers
    guard !source.isEmpty else { return NumberCheck() }
    let target = WrittenNumber.all(in: target, outside: keptLinks(in: target).map(\.target))
    let seen = aligned
    return NumberCheck(source, target, answers: seen.map { seen in { seen.hasSeen($0, of: $1) } })
  }

  /// What stands in the places of spans, by the model's attention.
  func places(of spans: [Range<Int>]) -> [Range<Int>]? { aligned?.places(of: spans) }

  /// nil where the model did not say what it looked at.
  private var aligned: AlignedReplacement? {
    guard let encoded = part.encoded, !answer.aligned.isEmpty else { return nil }
    return AlignedReplacement(
      source: source, sourceTokens: Alignment.words(encoded.ranges, in: part.text), targetTokens: ranges,
      target: target, seen: Array(answer.aligned.prefix(tokens.count)))
  }

  /// - Parameter links: bytes of the translation, and those of the source that are put there.
  func translation(replacing links: [AlignmentLink] = []) -> PartTranslation {
    let patch = TextPatch(target, replacing: links.map { ($0.target, source[$0.source]) })
    var translation = decoded(PartTranslation(part: part, text: patch.text))
    translation.hypotheses += others
    let replaced = links.map { AlignmentLink(source: $0.source, target: patch.moved($0.target)) }
    let own = self.links
    translation.links = standing(own, beside: links, patch) + (own.isEmpty ? [] : replaced)
    translation.links.sort { $0.target.lowerBound < $1.target.lowerBound }
    translation.kept = keptLinks(in: ByteText(patch.text))
    return translation
  }

  /// The source in place of a translation.
  var unchanged: PartTranslation { decoded(PartTranslation(unchanged: part)) }

  /// With what is known of the decoding.
  private func decoded(_ translation: PartTranslation) -> PartTranslation {
    var translation = translation
    let best = answer.result.hypotheses.first
    translation.tokens = tokens
    translation.logProbs = Array((best?.logProbs ?? []).prefix(tokens.count))
    translation.hypotheses[0].score = translation.logProbs.reduce(0, +)
    translation.stopReason = best?.stopReason ?? .eos
    return translation
  }

  /// Further hypotheses that keep what has to be kept.
  private var others: [(text: String, score: Float)] {
    answer.result.hypotheses.prefix(ranks).dropFirst().map {
      (text: tokenizer.decode($0.tokens), score: $0.logProbs.reduce(0, +))
    }.filter {
      !$0.text.isEmpty
        && (part.kept.isEmpty || ProtectedSpanMatcher.broken(part.kept, of: source, in: ByteText($0.text)).isEmpty)
    }
  }

  private var links: [AlignmentLink] {
    guard let encoded = part.encoded, !answer.aligned.isEmpty else { return [] }
    return Alignment.links(
      Array(answer.aligned.prefix(tokens.count)), source: Alignment.words(encoded.ranges, in: part.text),
      target: ranges)
  }

  /// Those of the links that lead to what is not replaced.
  private func standing(
    _ links: [AlignmentLink], beside replaced: [AlignmentLink], _ patch: TextPatch
  ) -> [AlignmentLink] {
    links.filter { link in !replaced.contains { $0.target.overlaps(link.target) } }
      .map { AlignmentLink(source: $0.source, target: patch.moved($0.target)) }
  }

  private func keptLinks(in target: ByteText) -> [AlignmentLink] {
    part.kept.isEmpty ? [] : ProtectedSpanMatcher.links(part.kept, of: source, in: target)
  }
}
