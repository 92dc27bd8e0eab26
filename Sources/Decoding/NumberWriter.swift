/// The rule that a hypothesis writes the numbers of its source and no others.
///
/// It looks at steps that attend to a number. Digits that do not begin the number, or go on to another, give way to those
/// of the number. So do words in place of a number that nobody writes in words. All other steps stay as they are.
struct NumberWriter {
  private let numbers: [Number]
  private let texts: any TokenTexts
  /// Tokens by their texts: those of the numbers, and single digits.
  private let pieces: [String: Int32]

  private struct Number {
    let constraint: NumberConstraint
    /// The texts of all ways to write the number, each once, the usual one first.
    let forms: [String]
    /// The tokens of all ways, those of the usual one first, with the text up to the end of each.
    let ways: [[(token: Int32, text: String)]]
  }

  /// The numbers of a hypothesis, as far as they are written.
  struct State {
    /// A bit per number that is written.
    fileprivate var written: UInt64 = 0
    /// The number that is being written, with its text so far.
    fileprivate var open: (number: Int, text: String)?
    /// The tokens that come next, whatever the decoder finds likely.
    fileprivate var rest: ArraySlice<Int32> = []
    /// Short words in a row that attended to a number.
    fileprivate var delays = 0
  }

  /// The most short words between a number and the words before it, such as "in the".
  private static let maxDelays = 2
  /// The letters of the longest of them.
  private static let shortLetters = 4

  init(_ plan: NumberPlan) {
    numbers = plan.numbers.map { constraint in
      let ways = constraint.forms.flatMap(\.all).filter { !$0.isEmpty }.map { tokens in
        var text = ""
        return tokens.map { token in
          text += Self.plain(plan.texts.text(of: token))
          return (token: token, text: String(text.drop { $0 == " " }))
        }
      }
      var known: Set<String> = []
      let forms = ways.compactMap(\.last?.text).filter { known.insert($0).inserted }
      return Number(constraint: constraint, forms: forms, ways: ways)
    }
    texts = plan.texts
    let tokens = plan.digits + plan.numbers.flatMap { $0.forms.flatMap { $0.all.joined() } }
    pieces = Dictionary(tokens.map { (Self.plain(plan.texts.text(of: $0)), $0) }) { first, _ in first }
  }

  /// A text with one kind of space.
  private static func plain(_ text: String) -> String { String(text.map { $0.isWhitespace ? " " : $0 }) }

  /// Takes the next token of a number that is written out; nil if there is none.
  func takeRest(_ state: inout State) -> Int32? { state.rest.popFirst() }

  /// Returns the token to write where a hypothesis would go on with `token`.
  /// - Parameters:
  ///   - position: the source position that the step attends to; nil if not known.
  ///   - isFirst: whether the translation begins here.
  func next(_ token: Int32, _ state: inout State, at position: Int?, isFirst: Bool) -> Int32 {
    let text = Self.plain(texts.text(of: token))
    if let (number, before) = state.open {
      if canBe(number, before + text) {
        state.open = (number, before + text)
        return token
      }
      state.open = nil
      state.written |= 1 << UInt64(number)
      if !isWhole(number, before), let rest = rest(of: number, after: before) {
        return write(rest, &state) ?? token
      }
    }
    guard let position, let number = due(at: position, state) else {
      state.delays = 0
      return token
    }
    guard let first = text.first(where: { $0 != " " }) else { return token }
    if first.isNumber { return begin(number, with: token, text, &state, isFirst) }
    guard numbers[number].constraint.isInDigits, first.isLetter, !isFirst else { return token }
    return replaceWord(token, text, by: number, &state)
  }

  /// The number that a source position belongs to, if it is not written.
  private func due(at position: Int, _ state: State) -> Int? {
    numbers.indices.first { isPending($0, state) && numbers[$0].constraint.source.contains(position) }
  }

  private func isPending(_ number: Int, _ state: State) -> Bool { state.written >> UInt64(number) & 1 == 0 }

  // MARK: Digits

  /// Whether a text is the start of a number, or the number and something else, such as a percent sign.
  private func canBe(_ number: Int, _ text: String) -> Bool {
    numbers[number].forms.contains { form in
      form.hasPrefix(text) || (text.hasPrefix(form) && !(text.dropFirst(form.count).first?.isNumber ?? true))
    }
  }

  private func isWhole(_ number: Int, _ text: String) -> Bool {
    numbers[number].forms.contains { text.hasPrefix($0) }
  }

  /// The tokens that complete a number, those of one of its ways if it can be; nil if there are none.
  private func rest(of number: Int, after text: String) -> ArraySlice<Int32>? {
    for way in numbers[number].ways {
      if let last = way.firstIndex(where: { $0.text == text }) { return way[(last + 1)...].map(\.token)[...] }
    }
    return numbers[number].forms.lazy.filter { $0.hasPrefix(text) }.compactMap { spelled($0.dropFirst(text.count)) }
      .first
  }

  /// The tokens of a part of a number, the longest first; nil if one is missing.
  private func spelled(_ part: Substring) -> ArraySlice<Int32>? {
    var (rest, tokens) = (part, [] as ArraySlice<Int32>)
    while !rest.isEmpty {
      let found = (1...rest.count).reversed().lazy.compactMap { length in
        pieces[String(rest.prefix(length))].map { (length, $0) }
      }.first
      guard let (length, token) = found else { return nil }
      tokens.append(token)
      rest = rest.dropFirst(length)
    }
    return tokens
  }

  /// The digits from which on a token tells a number that the step does not attend to.
  private static let tellingDigits = 2

  /// Begins a number with the token of a hypothesis, or with its own if that one begins no number of the source.
  private func begin(
    _ number: Int, with token: Int32, _ text: String, _ state: inout State, _ isFirst: Bool
  ) -> Int32 {
    state.delays = 0
    let digits = String(text.drop { $0 == " " })
    let others = numbers.indices.filter {
      $0 != number && isPending($0, state) && digits.count >= Self.tellingDigits
    }
    if let begun = ([number] + others).first(where: { canBe($0, digits) }) {
      state.open = (begun, digits)
      return token
    }
    guard let form = numbers[number].constraint.forms.first else { return token }
    state.written |= 1 << UInt64(number)
    return write((isFirst ? form.first : text == digits ? form.joined : form.spaced)[...], &state) ?? token
  }

  private func write(_ tokens: ArraySlice<Int32>, _ state: inout State) -> Int32? {
    state.rest = tokens.dropFirst()
    return tokens.first
  }

  // MARK: Words

  /// Lets a short word be in front of a number, and writes the number in place of any other word.
  private func replaceWord(_ token: Int32, _ text: String, by number: Int, _ state: inout State) -> Int32 {
    let isNew = text.hasPrefix(" ")
    let letters = text.drop { $0 == " " }
    let isShort = letters.count <= Self.shortLetters && letters.allSatisfy { $0.isLetter || $0 == "'" || $0 == "’" }
    if isNew, isShort, state.delays < Self.maxDelays {
      state.delays += 1
      return token
    }
    guard isNew || state.delays > 0, let form = numbers[number].constraint.forms.first else { return token }
    state.delays = 0
    state.written |= 1 << UInt64(number)
    return write(form.spaced[...], &state) ?? token
  }
}
