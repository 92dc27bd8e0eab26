import Models

/// The tokens of a sentence's terms, and the places for them.
struct TermWriter {
  /// The neighbourhood of a word that begins.
  enum Place {
    case first, spaced, joined
  }

  /// All tokens of terms, each once.
  let tokens: [Int32]
  /// Whether a term can be written in a letter or two.
  let hasShortTerm: Bool
  private let terms: [TermConstraint]
  private let texts: any TokenTexts
  /// Index in `tokens`.
  private let places: [Int32: Int]
  /// The ways to write terms by their last token, those of the first term first.
  private let ends: [Int32: [End]]

  private struct End {
    let term: Int
    /// The tokens before the last.
    let before: ArraySlice<Int32>
    /// Whether the term is as short as an article, which can be there for another reason.
    let isShort: Bool
  }

  /// The letters of the longest word that can stand between a term and the words before it.
  private static let shortLetters = 4

  init(_ plan: TermPlan) {
    terms = plan.terms
    texts = plan.texts
    hasShortTerm = terms.flatMap(\.forms).contains { form in
      form.spaced.map { plan.texts.text(of: $0) }.joined().count { !$0.isWhitespace } <= 2
    }
    tokens = Set(terms.flatMap { $0.forms.flatMap { $0.all.joined() } }).sorted()
    places = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) })
    var ends: [Int32: [End]] = [:]
    for (index, term) in terms.enumerated() {
      for all in term.forms.flatMap(\.all) {
        guard let last = all.last else { continue }
        let isShort = all.count == 1 && Self.isShortWord(plan.texts.text(of: last))
        ends[last, default: []].append(End(term: index, before: all.dropLast(), isShort: isShort))
      }
    }
    self.ends = ends
  }

  func logit(of token: Int32, _ outcome: RowOutcome) -> Float {
    places[token].map { outcome.watched($0) } ?? -.infinity
  }

  /// The term that a source position belongs to, among those that are not written.
  func due(at position: Int, pending: UInt64) -> Int? {
    terms.indices.first { pending >> UInt64($0) & 1 == 1 && terms[$0].source.contains(position) }
  }

  /// The tokens between a position of the source and a term's source; 0 within it.
  func distance(of term: Int, to position: Int) -> Int {
    let source = terms[term].source
    return max(0, source.lowerBound - position, position - source.upperBound + 1)
  }

  /// The place of a token that begins a word; nil if it goes on with one, or begins none.
  /// - Parameter lead: number of tokens at the start that are no text of the model's own.
  func place(of token: Int32, after tokens: [Int32], lead: Int) -> Place? {
    let text = texts.text(of: token)
    guard let first = text.first else { return nil }
    guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
    if tokens.count <= lead, tokens.allSatisfy({ texts.text(of: $0).isEmpty }) { return .first }
    if first.isWhitespace { return .spaced }
    guard first.isLetter || first.isNumber else { return nil }
    if first.isUnspaced { return .joined }
    guard let last = tokens.last.map({ texts.text(of: $0) })?.last else { return nil }
    return last.isLetter || last.isNumber ? nil : .joined
  }

  /// The place after all tokens of a translation.
  func lastPlace(after tokens: [Int32]) -> Place { tokens.allSatisfy { texts.text(of: $0).isEmpty } ? .first : .spaced }

  /// The source position that a token of a term stands for: the attended one if it is of the term.
  func source(of term: Int, at aligned: Int?) -> Int32 {
    let source = terms[term].source
    guard let aligned, source.contains(aligned) else { return Int32(source.lowerBound) }
    return Int32(aligned)
  }

  /// The likeliest of some candidates as a short word right before a term, if the first of them is one. An article that does
  /// not fit the term gives way to one that does.
  func shortWord(_ found: [TokenRules.Candidate], before term: Int) -> TokenRules.Candidate? {
    guard let first = found.first, Self.isShortWord(texts.text(of: first.token)) else { return nil }
    let misfits = terms[term].forms.first?.misfits ?? [:]
    guard !misfits.isEmpty, let others = misfits[word(first.token)] else { return first }
    return others.isEmpty ? nil : found.first { others.contains(word($0.token)) } ?? first
  }

  /// The text of a token without spaces, in small letters.
  private func word(_ token: Int32) -> String { texts.text(of: token).filter { !$0.isWhitespace }.lowercased() }

  /// The tokens of a term's likeliest form at a place, with the logit of the first of them. A form that the hypothesis has
  /// begun by itself goes on.
  func likeliest(
    _ term: Int, _ place: Place, _ outcome: RowOutcome, after written: [Int32]
  ) -> (tokens: [Int32], logit: Float)? {
    var best: (tokens: [Int32], logit: Float)?
    for form in terms[term].forms {
      let tokens = rest(of: form, after: written) ?? tokens(of: form, place)
      guard let first = tokens.first else { continue }
      let logit = logit(of: first, outcome)
      if best == nil || logit > best?.logit ?? 0 { best = (tokens, logit) }
    }
    return best
  }

  /// The tokens of a form that are missing from the end of a hypothesis; nil if it has none of them.
  private func rest(of form: TermForm, after written: [Int32]) -> [Int32]? {
    guard let last = written.last else { return nil }
    for tokens in form.all {
      for count in (1..<max(1, tokens.count)).reversed() where tokens[count - 1] == last {
        if written.suffix(count).elementsEqual(tokens.prefix(count)) { return Array(tokens.dropFirst(count)) }
      }
    }
    return nil
  }

  private func tokens(of form: TermForm, _ place: Place) -> [Int32] {
    switch place {
    case .first: form.first
    case .spaced: form.spaced
    case .joined: form.joined
    }
  }

  /// Whether a text is a whole word as short as an article.
  private static func isShortWord(_ text: String) -> Bool {
    let text = text.drop { $0.isWhitespace }
    return (1...shortLetters).contains(text.count) && text.allSatisfy { $0.isLetter || $0 == "'" || $0 == "’" }
  }

  /// Whether a token goes on with the word before it.
  func goesOn(_ token: Int32) -> Bool {
    guard let first = texts.text(of: token).first else { return false }
    return first == "-" || ((first.isLetter || first.isNumber) && !first.isUnspaced)
  }

  /// Whether two tokens begin the same word, in any case.
  func isSameWord(_ one: Int32, _ other: Int32) -> Bool {
    if one == other { return true }
    let first = word(one)
    return !first.isEmpty && first == word(other)
  }

  /// The terms that are still not written once a token is.
  /// - Parameter aligned: the source position that the decoder attends to; a short term must stand for it.
  func pending(_ pending: UInt64, with token: Int32, after tokens: [Int32], at aligned: Int?) -> UInt64 {
    guard pending != 0, let all = ends[token] else { return pending }
    let written = all.first {
      pending >> UInt64($0.term) & 1 == 1 && tokens.suffix($0.before.count).elementsEqual($0.before)
        && (!$0.isShort || aligned.map(terms[$0.term].source.contains) ?? true)
    }
    return written.map { pending & ~(1 << UInt64($0.term)) } ?? pending
  }
}

extension Character {
  /// Whether the script writes words without spaces between them.
  fileprivate var isUnspaced: Bool {
    guard let value = unicodeScalars.first?.value else { return false }
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0x20000...0x3FFFF:
      return true
    default: return false
    }
  }
}
