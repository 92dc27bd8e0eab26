import Decoding
import Tokenization

/// A number of a source that its translation has in digits too, though it can be grouped in another way.
///
/// Numbers that a language can say otherwise are none: times, and single digits.
struct CopiedNumber {
  /// The bytes of the source.
  let range: Range<Int>
  /// The ways to write the number, the usual one first.
  let forms: [String]
  /// Whether nobody writes the number in words.
  let isInDigits: Bool

  /// The digits of the shortest number that is no word.
  private static let leastDigits = 3
  /// The digits from which on round numbers are no words either.
  private static let longDigits = 5

  /// - Returns: nil if the translation can have other digits.
  init?(_ number: WrittenNumber, in source: ByteText, _ pair: LanguagePair) {
    let text = source[number.range]
    let letters = number.following.prefix { $0 != " " }.filter(\.isLetter)
    guard number.written.utf8.count >= 2, number.written.utf8.allSatisfy(ASCII.isDigit), !number.isTime,
      number.written.utf8.count > 2 || letters != "s",
      !source.hasLetter(before: number.range.lowerBound),
      text.utf8.allSatisfy({ ASCII.isDigit($0) || ASCII.isOne(of: "., ", $0) })
    else { return nil }
    range = number.range
    let isPlain = text.utf8.allSatisfy(ASCII.isDigit)
    let own = pair.rewritten(text).map { String($0.map { $0.isWhitespace ? " " : $0 }) }
    var forms = [own ?? text]
    if number.isExact {
      forms += [text.replacing(".", with: ","), text.replacing(",", with: ".")]
    } else if !isPlain {
      forms += [text, number.written, text.replacing(",", with: " "), text.replacing(",", with: ".")]
    }
    var known: Set<String> = []
    self.forms = forms.filter { known.insert($0).inserted }
    let count = number.written.utf8.count
    let isRound = number.written.dropFirst().allSatisfy { $0 == "0" } && count < Self.longDigits
    let isScaled = !ScaleWords.powers(number.following, pair.source).isEmpty
    isInDigits = number.isExact || (count >= Self.leastDigits && !isRound && !isScaled)
  }

  /// The numbers of a clause as a search needs them; nil if it has none.
  /// - Parameter known: bytes of the clause that are looked after otherwise.
  static func plan(
    _ clause: Clause, _ encoded: EncodedText, outside known: [Range<Int>], _ pair: LanguagePair,
    _ spelling: TermSpelling, _ texts: any TokenTexts
  ) -> NumberPlan? {
    let source = ByteText(clause.text)
    let numbers = WrittenNumber.all(in: source, outside: known, language: pair.source)
    let constraints = numbers.compactMap { number in
      CopiedNumber(number, in: source, pair)?.constraint(encoded, spelling)
    }
    guard !constraints.isEmpty else { return nil }
    let digits = (0...9).compactMap { digit -> Int32? in
      let form = ClauseTerm.Form(first: String(digit), inner: String(digit))
      return spelling.written(form).flatMap { $0.tokens.joined.count == 1 ? $0.tokens.joined.first : nil }
    }
    return NumberPlan(constraints, texts: texts, digits: digits)
  }

  /// The constraint of the search; nil if the model has no tokens for the number or its source.
  private func constraint(_ encoded: EncodedText, _ spelling: TermSpelling) -> NumberConstraint? {
    let positions = encoded.ranges.indices.filter {
      !encoded.ranges[$0].isEmpty && encoded.ranges[$0].overlaps(range)
    }
    let written = forms.compactMap { spelling.written(ClauseTerm.Form(first: $0, inner: $0)) }.filter(\.isExact)
    guard let first = positions.first, let last = positions.last, !written.isEmpty else { return nil }
    return NumberConstraint(source: first..<last + 1, forms: written.map(\.tokens), isInDigits: isInDigits)
  }
}
