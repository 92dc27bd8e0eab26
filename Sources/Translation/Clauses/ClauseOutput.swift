import Decoding
import Foundation
import Tokenization

/// A model's output for a clause, decoded to text and compared with its source.
struct ClauseOutput {
  typealias BrokenSpan = (span: Range<Int>, kind: Repair.Kind)

  /// The parts of a source that are not in the translation as they should be.
  struct Faults {
    /// Bytes of the translation, each to be replaced by bytes of the source.
    var patches: [(link: AlignmentLink, kind: Repair.Kind)] = []
    /// Offsets of the translation, each with the span to put there.
    var inserts: [(offset: Int, span: Range<Int>)] = []
    /// Parts without a place in the translation.
    var lost: [BrokenSpan] = []
    /// The bytes of the translation that nothing of the source stands for.
    var added: Range<Int>?

    var isEmpty: Bool { patches.isEmpty && inserts.isEmpty && lost.isEmpty }

    var all: [BrokenSpan] {
      lost + patches.map { ($0.link.source, $0.kind) } + inserts.map { ($0.span, Repair.Kind.kept) }
    }

    var patchesOverlap: Bool {
      let places = patches.map(\.link.target).sorted {
        ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound)
      }
      let isInside = inserts.contains { insert in
        places.contains { $0.lowerBound < insert.offset && insert.offset < $0.upperBound }
      }
      return isInside || zip(places, places.dropFirst()).contains { $1.lowerBound < $0.upperBound }
    }
  }

  let answer: ClauseAnswer
  let source: ByteText
  /// Numbers of the source outside its protected spans.
  let sourceNumbers: [WrittenNumber]
  private let clause: Clause
  private let tokenizer: any Tokenizer
  private let pair: LanguagePair
  private let rank: Int
  /// The tokens of the hypothesis that count, and their byte ranges.
  private let tokens: [Int32]
  private let ranges: [Range<Int>]
  private let target: ByteText
  /// Whether the output has all stand-ins of the clause's reading.
  private let isRestored: Bool
  /// The number of hypotheses that count.
  private let hypothesisCount: Int
  /// The places of the clause's terms; nil for those that are missing.
  private let termPlaces: [ClauseTerm.Place?]
  /// The protected signs around words.
  private let signPairs: SignPairs

  /// - Parameters:
  ///   - rank: the hypothesis to read, 0 for the best.
  ///   - count: the number of first tokens of the hypothesis that count, and no other hypothesis; nil if all hypotheses
  ///     count whole.
  init(
    _ clause: Clause, _ answer: ClauseAnswer, _ tokenizer: any Tokenizer, _ pair: LanguagePair, rank: Int,
    tokens count: Int?
  ) {
    let hypotheses = answer.result.hypotheses
    let all = hypotheses.indices.contains(rank) ? hypotheses[rank].tokens : []
    self.clause = clause
    self.answer = answer
    self.tokenizer = tokenizer
    self.pair = pair
    self.rank = rank
    hypothesisCount = count == nil && rank == 0 ? hypotheses.count : 1
    tokens = count.map { Array(all.prefix($0)) } ?? all
    let source = ByteText(clause.text)
    let decoded = tokenizer.decodeWithRanges(tokens)
    let words = Alignment.words(decoded.ranges, in: decoded.text)
    let restored = clause.reading.map {
      $0.restored(decoded.text, words, source, pair, protectedSpans: clause.protectedSpans)
    }
    self.source = source
    sourceNumbers = WrittenNumber.all(
      in: source, outside: clause.protectedSpans + clause.terms.map(\.span), language: pair.source)
    (target, ranges) = (restored ?? nil) ?? (ByteText(decoded.text), words)
    isRestored = restored.map { $0 != nil } ?? true
    signPairs = SignPairs(clause.protectedSpans, in: source)
    termPlaces = clause.terms.isEmpty ? [] : Self.termPlaces(clause, answer, target, ranges, isBest: rank == 0)
  }

  private static func termPlaces(
    _ clause: Clause, _ answer: ClauseAnswer, _ target: ByteText, _ ranges: [Range<Int>], isBest: Bool
  ) -> [ClauseTerm.Place?] {
    guard isBest, let encoded = clause.encoded, !answer.aligned.isEmpty else {
      return ClauseTerm.places(of: clause.terms, in: target)
    }
    let links = zip(ranges, answer.aligned).map { (target: $0, source: encoded.ranges[$1]) }
    return ClauseTerm.places(of: clause.terms, in: target) { part, source in
      links.contains { $0.target.overlaps(part) && $0.source.overlaps(source) }
    }
  }

  var text: String { target.string }

  // MARK: Faults

  var loop: Repetition? {
    let words = tokens.last == tokenizer.endToken ? tokens.dropLast() : tokens[...]
    return Repetition.loop(
      in: words, source: clause.encoded?.ids[...].dropLast() ?? [], text: clause.reading?.text ?? clause.text)
  }

  /// The terms that are not in the translation.
  private var missingTerms: [ClauseTerm] {
    zip(clause.terms, termPlaces).filter { $1 == nil }.map(\.0)
  }

  /// Whether terms are missing that have no clear place, and were not searched for anywhere.
  var needsTermsAnywhere: Bool {
    let missing = missingTerms
    guard !missing.isEmpty, !answer.aligned.isEmpty, !clause.hasTermsAnywhere else { return false }
    return termPatches.count < missing.count
  }

  /// Patches that put missing terms in the place of what was made of their sources; none for those without a clear place.
  var termPatches: [(link: AlignmentLink, text: String)] {
    let missing = missingTerms
    guard !missing.isEmpty, let aligned = alignedReplacement else { return [] }
    let own = termPlaces.compactMap { $0?.range }
    return missing.compactMap { term in
      aligned.places(of: [term.span])?.first.flatMap { place in
        let form = term.forms[0]
        let place = target.wholeWords(target.withoutSigns(place))
        guard !place.isEmpty, !own.contains(where: { $0.overlaps(place) }) else { return nil }
        return (AlignmentLink(source: term.span, target: place), place.lowerBound == 0 ? form.first : form.inner)
      }
    }
  }

  var faults: Faults {
    var faults = brokenParts
    faults.added = addedBrackets
    return faults
  }

  private var brokenParts: Faults {
    guard isRestored else {
      return Faults(lost: (clause.reading?.spans ?? []).map { ($0, .kept) })
    }
    let broken = ProtectedSpanMatcher.broken(clause.protectedSpans, of: source, in: target)
    let swapped = broken.isEmpty ? signPairs.swapped(keptLinks(in: target)) : []
    guard swapped.isEmpty else { return Faults(lost: swapped.map { ($0, .kept) }) }
    guard !broken.isEmpty || !sourceNumbers.isEmpty else { return Faults() }
    let aligned = alignedReplacement
    var faults = spanFaults(broken, aligned)
    let numbers = numbers(aligned, isWhole: broken.isEmpty)
    let signs =
      UnitSigns.lost(sourceNumbers, source, in: target)
      + (broken.isEmpty ? UnitSigns.invented(sourceNumbers, source, in: target) : [])
      + NumberMarks.misread(sourceNumbers, source, target, from: pair.source, to: pair.target)
    func hasLostSign(_ number: Range<Int>) -> Bool { signs.contains { $0.overlaps(number) } }
    faults.patches += numbers.changed.filter { !hasLostSign($0.source) }.map { ($0, .number) }
    faults.lost += (numbers.lost.filter { !hasLostSign($0) } + signs).map { ($0, .number) }
    return faults
  }

  /// The bytes of the longest brackets that are taken for an addition.
  private static let maxAdded = 28
  private static let brackets: Set<Unicode.Scalar> = ["(", "[", "{", "<", "（", "［", "【", "〈", "《", "「", "『"]

  /// The brackets that end a translation whose source has none, such as "(em inglês)" after a title. None of them has a
  /// number or a protected span.
  private var addedBrackets: Range<Int>? {
    let end = target.count
    guard end > 0, let open = (max(0, end - Self.maxAdded)..<end).last(where: { target.byte($0) == UInt8(ascii: "(") }),
      !source.string.unicodeScalars.contains(where: Self.brackets.contains), !target.hasDigit(within: open..<end)
    else { return nil }
    let close = (open..<end).first { target.byte($0) == UInt8(ascii: ")") }.map { $0 + 1 } ?? end
    let start = target.end(ofTextBefore: open)
    guard target[close..<end].unicodeScalars.allSatisfy(SentenceMarks.spaced.contains),
      target.hasLetters(within: 0..<start), start < open
    else { return nil }
    let own = keptLinks(in: target).map(\.target) + termPlaces.compactMap { $0?.range }
    // One full stop ends both an abbreviation and the sentence.
    let point = UInt8(ascii: ".")
    let isEnded = start > 0 && target.byte(start - 1) == point && close < end && target.byte(close) == point
    return own.contains { $0.overlaps(start..<close) } ? nil : start..<(isEnded ? close + 1 : close)
  }

  private func spanFaults(_ broken: [Range<Int>], _ aligned: AlignedReplacement?) -> Faults {
    var faults = Faults()
    var rest: [Range<Int>] = []
    for span in broken {
      if let place = compatiblePlace(of: span) {
        faults.patches.append((AlignmentLink(source: span, target: place), .kept))
      } else if canBeInserted(span), target.places(of: source[span], alone: false).isEmpty,
        let offset = aligned.flatMap({ offset(for: span, $0) })
      {
        faults.inserts.append((offset, span))
      } else {
        rest.append(span)
      }
    }
    if let places = aligned?.places(of: rest) {
      faults.patches += zip(rest, places).map { (AlignmentLink(source: $0, target: $1), .kept) }
    } else {
      faults.lost += rest.map { ($0, .kept) }
    }
    return faults
  }

  /// Returns the place for a lost sign. Signs of a pair go around what was made of the words between them.
  private func offset(for span: Range<Int>, _ aligned: AlignedReplacement) -> Int? {
    let role = SpanRole(span, in: source)
    guard let words = signPairs.words(beside: span), let stretch = aligned.stretch(of: words) else {
      return aligned.offset(for: span, role)
    }
    return role == .opening ? stretch.lowerBound : stretch.upperBound
  }

  /// Whether a sign can be put into the translation: nothing of it is there already.
  private func canBeInserted(_ span: Range<Int>) -> Bool {
    guard SpanRole(span, in: source) != .word else { return false }
    let isLeftOut = clause.reading?.leftOut.contains(span) ?? false
    let followsBlank = span.lowerBound == 0 || ASCII.isBlank(source.byte(span.lowerBound - 1))
    return isLeftOut || (followsBlank && !source[span].utf8.contains { $0 > 0x20 && $0 < 0x80 })
  }

  /// The place of a span that the tokenizer replaced by compatible characters, such as "TM" for "™" and "106" for "10⁶".
  private func compatiblePlace(of span: Range<Int>) -> Range<Int>? {
    let text = source[span]
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return nil }
    let compatible = text.precomposedStringWithCompatibilityMapping
    guard compatible != text else { return nil }
    let forms = [compatible, compatible.replacing("\u{2044}", with: "/")]
    let isAlone = source.standsAlone(span) && compatible.utf8.first.map(ASCII.isAlphanumeric) ?? false
    for form in forms {
      let places = target.places(of: form, alone: isAlone && SpanRole(text) == .word)
      if places.count == 1 { return places[0] }
    }
    return nil
  }

  /// - Parameter isWhole: whether all protected spans are in the target, so that their numbers are known there.
  private func numbers(_ aligned: AlignedReplacement?, isWhole: Bool) -> NumberCheck {
    guard !sourceNumbers.isEmpty else { return NumberCheck() }
    let target = WrittenNumber.all(
      in: self.target, outside: keptLinks(in: self.target).map(\.target) + termPlaces.compactMap { $0?.range },
      language: pair.target)
    return NumberCheck(
      sourceNumbers, of: source, target, in: self.target, pair, findsRepeated: isWhole,
      answers: aligned.map { aligned in { aligned.hasSeen($0, of: $1) } })
  }

  /// Whether a repaired translation has the ends of all signs after their starts.
  func hasOrderedSigns(_ translation: Clause.Translation) -> Bool { signPairs.swapped(translation.keptLinks).isEmpty }

  /// The digits of the shortest number that no word of a source stands for.
  private static let inventedDigits = 3

  /// Whether a repaired translation has all numbers with their signs, and no other; true if no number was repaired.
  func hasNumbers(_ translation: Clause.Translation, repairing faults: Faults) -> Bool {
    guard faults.patches.contains(where: { $0.kind == .number || source.hasDigit(within: $0.link.source) }) else {
      return true
    }
    let text = ByteText(translation.best)
    let kept = translation.keptLinks.map(\.target) + translation.terms.compactMap(\.translated)
    let check = NumberCheck(
      sourceNumbers, of: source, WrittenNumber.all(in: text, outside: kept, language: pair.target), in: text, pair,
      findsRepeated: false, answers: nil)
    let spans = faults.patches.filter { $0.kind == .kept }.map { source[$0.link.source] }
    let isInvented = check.extra.contains { number in
      number.written.count >= Self.inventedDigits || spans.contains { $0.contains(number.written) }
    }
    return check.changed.isEmpty && check.lost.isEmpty && !isInvented
      && UnitSigns.lost(sourceNumbers, source, in: text).isEmpty
      && UnitSigns.invented(sourceNumbers, source, in: text).isEmpty
  }

  /// The finder of replaced spans; nil if there is no alignment.
  private var alignedReplacement: AlignedReplacement? {
    guard rank == 0, let encoded = clause.encoded, !answer.aligned.isEmpty else { return nil }
    return AlignedReplacement(
      source: source, sourceTokens: Alignment.words(encoded.ranges, in: clause.text), targetTokens: ranges,
      target: target, seen: Array(answer.aligned.prefix(tokens.count)))
  }

  // MARK: Translations

  /// - Parameters:
  ///   - faults: the parts to repair, none of them lost.
  ///   - terms: patches of terms, none of which overlaps one of the faults.
  func translation(
    repairing faults: Faults = Faults(), terms: [(link: AlignmentLink, text: String)] = []
  ) -> Clause.Translation {
    let links = faults.patches.map(\.link) + terms.map(\.link)
    var edits = faults.patches.map { (range: $0.link.target, text: pasted($0.link.source, $0.kind)) }
    edits += termEdits(beside: terms.map { ($0.link.target, $0.text) }, faults)
    if let prefix = prefixEdit { edits = edits.filter { $0.range.lowerBound >= prefix.range.upperBound } + [prefix] }
    if let added = faults.added { edits.append((added, "")) }
    edits += faults.inserts.map { ($0.offset..<$0.offset, spaced($0.span, at: $0.offset)) }
    let numbers = numberLinks
    let fit = TextFit(
      source, target, kept: keptLinks(in: target) + faults.patches.map(\.link), numbers: numbers,
      isPiece: clause.isPiece, keepsSpaces: !UnitSigns.touchNumbers(in: pair.target))
    let notations = numbers.compactMap { [edits] link in rewritten(link, beside: edits) }
    edits += notations
    let patch = TextPatch(target, replacing: fit.edits(beside: edits))
    var translation = decoded(Clause.Translation(text: patch.text))
    translation.hypotheses += others
    let replaced = links.map { AlignmentLink(source: $0.source, target: patch.moved($0.target)) }
    let own = self.links
    translation.links = remaining(own, beside: links, patch) + (own.isEmpty ? [] : replaced)
    translation.links.sort { $0.target.lowerBound < $1.target.lowerBound }
    translation.keptLinks = keptLinks(in: ByteText(patch.text))
    translation.terms = termUses(in: ByteText(patch.text))
    return translation
  }

  /// The texts of terms where the model could not write them or has not, and the words in front of terms as they are then.
  /// - Parameter patches: the terms that the model has not written.
  private func termEdits(beside patches: [(range: Range<Int>, text: String)], _ faults: Faults) -> [TextEdit] {
    guard !clause.terms.isEmpty else { return [] }
    let joints = TermJoints(of: pair.target)
    let written = termPlaces.compactMap { place in place.map { (range: $0.range, text: $0.text) } }
    let terms = written + patches
    func isFree(_ range: Range<Int>) -> Bool {
      !terms.contains { $0.range.overlaps(range) } && !faults.patches.contains { $0.link.target.overlaps(range) }
    }
    return terms.flatMap { term -> [TextEdit] in
      guard !faults.patches.contains(where: { $0.link.target.overlaps(term.range) }) else { return [] }
      var edits: [TextEdit] = target[term.range] == term.text ? [] : [term]
      if let joint = joints.joint(after: target.end(of: 0..<term.range.lowerBound), before: term.text) {
        let range = term.range.lowerBound - joint.bytes..<term.range.lowerBound
        if isFree(range) { edits.append((range, joint.text)) }
      }
      return edits
    }
  }

  /// The prefix in place of what the model's vocabulary makes of it; nil if both are the same.
  private var prefixEdit: TextEdit? {
    guard !clause.prefix.isEmpty else { return nil }
    let read = tokenizer.decode(tokenizer.encodeTarget(clause.prefix).ids)
    guard read != clause.prefix, target.string.hasPrefix(read) else { return nil }
    return (0..<read.utf8.count, clause.prefix)
  }

  private typealias TextEdit = (range: Range<Int>, text: String)

  /// The part of the source in place of a wrong one; a number is written as the language does.
  private func pasted(_ part: Range<Int>, _ kind: Repair.Kind) -> String {
    let text = source[part]
    guard kind == .number else { return text }
    return pair.rewritten(text) ?? text
  }

  /// The edit that writes a copied number as the language does; nil if it stays, or another edit is there.
  private func rewritten(_ link: AlignmentLink, beside edits: [TextEdit]) -> TextEdit? {
    guard NumberNotation.isSame(source[link.source], target[link.target]),
      !edits.contains(where: { $0.range.overlaps(link.target) }),
      !source.hasLetter(before: link.source.lowerBound), let text = pair.rewritten(source[link.source])
    else { return nil }
    return (link.target, text)
  }

  /// The numbers that are written the same in the source and in the translation.
  private var numberLinks: [AlignmentLink] {
    var rest = sourceNumbers
    guard !rest.isEmpty else { return [] }
    let kept = keptLinks(in: target).map(\.target)
    return WrittenNumber.all(in: target, outside: kept, language: pair.target).compactMap { number in
      rest.firstIndex { $0.written == number.written }.map {
        AlignmentLink(source: rest.remove(at: $0).range, target: number.range)
      }
    }
  }

  /// A sign that was left out, with the spaces that it has in the source.
  private func spaced(_ span: Range<Int>, at offset: Int) -> String {
    let isClosing = SpanRole(span, in: source) == .closing
    let isSpaced = isClosing && span.lowerBound > 0 && source.byte(span.lowerBound - 1) == UInt8(ascii: " ")
    let precedesSpace = span.upperBound < source.count && source.byte(span.upperBound) == UInt8(ascii: " ")
    return (isSpaced ? " " : "") + source[span] + (precedesSpace && target.hasLetter(after: offset) ? " " : "")
  }

  /// The source in place of a translation.
  var unchanged: Clause.Translation {
    decoded(Clause.Translation(unchanged: clause.text, protectedSpans: clause.protectedSpans))
  }

  /// The translation with the facts of its decoding.
  private func decoded(_ translation: Clause.Translation) -> Clause.Translation {
    var translation = translation
    let hypotheses = answer.result.hypotheses
    let own = hypotheses.indices.contains(rank) ? hypotheses[rank] : nil
    translation.tokens = tokens
    translation.logProbs = Array((own?.logProbs ?? []).prefix(tokens.count))
    translation.hypotheses[0].score = translation.logProbs.reduce(0, +)
    translation.stopReason = own?.stopReason ?? .eos
    return translation
  }

  /// Hypotheses after the best that have all protected spans.
  private var others: [(text: String, score: Float)] {
    answer.result.hypotheses.prefix(hypothesisCount).dropFirst().compactMap { hypothesis in
      var text = tokenizer.decode(hypothesis.tokens)
      if let reading = clause.reading {
        guard
          let restored = reading.restored(
            text, [], source, pair, protectedSpans: clause.protectedSpans)
        else { return nil }
        text = restored.0.string
      }
      let isWhole =
        clause.protectedSpans.isEmpty
        || ProtectedSpanMatcher.broken(clause.protectedSpans, of: source, in: ByteText(text)).isEmpty
      return text.isEmpty || !isWhole ? nil : (text: text, score: hypothesis.logProbs.reduce(0, +))
    }
  }

  private var links: [AlignmentLink] {
    guard rank == 0, let encoded = clause.encoded, !answer.aligned.isEmpty else { return [] }
    return Alignment.links(
      Array(answer.aligned.prefix(tokens.count)), source: Alignment.words(encoded.ranges, in: clause.text),
      target: ranges)
  }

  /// The links to text that is not replaced.
  private func remaining(
    _ links: [AlignmentLink], beside replaced: [AlignmentLink], _ patch: TextPatch
  ) -> [AlignmentLink] {
    links.filter { link in !replaced.contains { $0.target.overlaps(link.target) } }
      .map { AlignmentLink(source: $0.source, target: patch.moved($0.target)) }
  }

  private func termUses(in target: ByteText) -> [TermUse] {
    guard !clause.terms.isEmpty else { return [] }
    return zip(clause.terms, ClauseTerm.places(of: clause.terms, in: target)).map { term, place in
      TermUse(source: term.term.source, target: term.term.target, place: term.span, translated: place?.range)
    }
  }

  private func keptLinks(in target: ByteText) -> [AlignmentLink] {
    clause.protectedSpans.isEmpty ? [] : ProtectedSpanMatcher.links(clause.protectedSpans, of: source, in: target)
  }
}
