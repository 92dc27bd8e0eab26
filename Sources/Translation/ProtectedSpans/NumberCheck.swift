/// A comparison of the numbers of a source with those of its translation, by value.
///
/// A translation can write a small number in words, group its digits differently, count hours to 24 or write out a
/// million. It must not lose a number or have another in its place.
///
/// The texts are as short as one input of the model: the check takes time for the product of their numbers.
struct NumberCheck {
  /// The bytes of wrong numbers in the target, each with the bytes of the source that belong there.
  private(set) var changed: [AlignmentLink] = []
  /// The bytes of numbers in the source that are missing in the target.
  private(set) var lost: [Range<Int>] = []

  /// The numbers of the target that stand for none of the source.
  private(set) var extra: [WrittenNumber] = []

  /// Creates a comparison without findings.
  init() {}

  /// - Parameters:
  ///   - sourceText: the source, in which signs can join numbers.
  ///   - text: the translation, in which words can stand for numbers.
  ///   - pair: the languages of both.
  ///   - findsRepeated: whether numbers that the target has once more are faults.
  ///   - answers: returns whether bytes of the target were made of bytes of the source; nil if not known.
  init(
    _ source: [WrittenNumber], of sourceText: ByteText, _ target: [WrittenNumber], in text: ByteText,
    _ pair: LanguagePair, findsRepeated: Bool, answers: ((_ target: Range<Int>, _ source: Range<Int>) -> Bool)?
  ) {
    let pairs = JoinedNumbers.pairs(source, sourceText)
    changed = JoinedNumbers.torn(pairs, target, text)
    let words = NumberWords.of(pair.target)
    let hours = DayHalf.isKnown(in: pair.target) ? Self.hoursWithoutHalf(source, target, text.string, words) : []
    lost = hours.map { $0.withHalf(in: sourceText) }
    extra = target
    var missing = source.filter { !NumberMatch.take($0, from: &extra, of: text, pair) }
    if pairs.isEmpty { NumberMatch.takeRuns(&missing, &extra) }
    guard !missing.isEmpty else {
      if findsRepeated { lost += Self.repeated(source, extra) }
      return
    }
    let fractions = pairs.filter { pair in
      pair.isFraction && missing.contains { $0.range.overlaps(pair.range) } && !pair.isWritten(in: text.string)
    }
    lost += fractions.map(\.range)
    missing.removeAll { number in
      hours.contains(number) || pairs.contains { $0.isFraction && $0.range.overlaps(number.range) }
    }
    let halved = pairs.filter { pair in
      pair.isExpression && missing.contains(pair.first) != missing.contains(pair.second)
    }
    missing = missing.filter { number in
      if halved.contains(where: { $0.range.overlaps(number.range) }) { return true }
      let isReplaced = answers.map { answers in extra.contains { answers($0.range, number.range) } } ?? false
      let isJoined = pairs.contains { $0.range.overlaps(number.range) }
      return isReplaced || !Self.isInWords(number, text.string, words, isAlone: extra.isEmpty && !isJoined)
    }
    let torn = pairs.filter { pair in missing.contains { $0.range.overlaps(pair.range) } }
    lost += torn.map(\.range)
    changed.removeAll { link in torn.contains { $0.range.overlaps(link.source) } }
    missing.removeAll { number in torn.contains { $0.range.overlaps(number.range) } }
    let areAsMany = missing.count == extra.count
    for number in missing {
      let index = extra.firstIndex { areAsMany && (answers?($0.range, number.range) ?? (missing.count == 1)) }
      if let scaled = number.withScale(in: sourceText, pair.source),
        index.map({ !Self.haveSameScale(number, extra[$0], pair) }) ?? true
      {
        lost.append(scaled)
      } else if let index, !number.isNegative {
        changed.append(AlignmentLink(source: number.range, target: extra.remove(at: index).range))
      } else {
        lost.append(number.isNegative ? sourceText.withSign(number.range) : number.range)
      }
    }
  }

  /// Whether a translation has words for a number.
  /// - Parameter isAlone: whether there is no number in digits that could be in its place.
  private static func isInWords(
    _ number: WrittenNumber, _ text: String, _ words: NumberWords, isAlone: Bool
  ) -> Bool {
    guard let value = number.small, !number.isNegative else { return false }
    if words.names(value, in: text) || hasNumeral(value, in: text) { return true }
    if number.isOrdinal, words.namesOrdinal(value, in: text) { return true }
    guard isAlone else { return false }
    let isPower = String(value).dropFirst().allSatisfy { $0 == "0" }
    return value <= 1 || (words.isEmpty && (value < 100 || isPower))
  }

  /// Whether a text has a Roman numeral of one letter; longer ones are numbers of their own.
  private static func hasNumeral(_ value: Int, in text: String) -> Bool {
    guard let numeral = [1: "I", 5: "V", 10: "X"][value] else { return false }
    return text.split { !$0.isLetter }.contains { word in
      word.hasPrefix(numeral) && ["", "e", "er", "ème", "ième", "a", "o", "ª", "º"].contains(word.dropFirst())
    }
  }

  /// Whether both numbers have a word such as "million" for the same power of ten.
  private static func haveSameScale(_ one: WrittenNumber, _ other: WrittenNumber, _ pair: LanguagePair) -> Bool {
    let powers = ScaleWords.powers(other.following, pair.target)
    return ScaleWords.powers(one.following, pair.source).contains(where: powers.contains)
  }

  // MARK: Halves of the day

  /// Returns the hours with "a.m." or "p.m." of a source that are an hour of any half of the day in the target.
  private static func hoursWithoutHalf(
    _ source: [WrittenNumber], _ target: [WrittenNumber], _ text: String, _ words: NumberWords
  ) -> [WrittenNumber] {
    var rest = target
    return source.filter { number in
      guard number.isHalfMarked, let half = number.half, let hour = number.values.first?.integer, hour <= 12 else {
        return false
      }
      func isRight(_ other: WrittenNumber) -> Bool {
        guard let found = other.values.first?.integer else { return false }
        return found == hour ? !NumberMatch.losesHalf(number, other) : found % 24 == half.hour(hour)
      }
      if let index = rest.firstIndex(where: isRight) {
        rest.remove(at: index)
        return false
      }
      if rest.contains(where: { $0.values.first?.integer == hour }) { return true }
      let isOpen = number.minutes == nil && half.hour(hour) != hour && hour < 12 && !half.isNamed(in: text)
      return isOpen && words.names(hour, in: text)
    }
  }

  // MARK: Numbers without a source

  /// Returns the numbers of the source that the target has once more, whole or by their last digits.
  /// - Parameter extra: the numbers of the target that stand for none of the source.
  private static func repeated(_ source: [WrittenNumber], _ extra: [WrittenNumber]) -> [Range<Int>] {
    extra.flatMap { number -> [Range<Int>] in
      let own = source.filter { one in
        one.written == number.written || (number.written.count >= 2 && one.written.hasSuffix(number.written))
      }
      return own.map(\.range)
    }
  }
}
