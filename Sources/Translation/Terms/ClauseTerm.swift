import Decoding
import Tokenization

/// A term in a clause: where its source is, and how its target can be written.
struct ClauseTerm: Sendable {
  /// The texts of a term at the start of a translation and within it.
  struct Form: Sendable, Equatable {
    let first: String
    let inner: String
  }

  let term: Term
  /// Bytes of the clause.
  private(set) var span: Range<Int>
  /// At least one.
  let forms: [Form]

  /// The term of a match, spelled as the clause asks for.
  init(_ match: Glossary.Match, in text: ByteText, target language: String) {
    term = match.term
    span = match.range
    let isAtStart = !text.hasLetters(outside: [match.range.lowerBound..<text.count])
    forms = Self.spelled(match, as: text[match.range], isAtStart: isAtStart, language)
  }

  /// A term that stands in the clause as its translation must have it.
  init(_ term: Term, kept span: Range<Int>, as text: String) {
    self.term = term
    self.span = span
    forms = [Form(first: text, inner: text)]
  }

  func moved(by offset: Int) -> ClauseTerm {
    var term = self
    term.span = span.lowerBound + offset..<span.upperBound + offset
    return term
  }

  private static func spelled(
    _ match: Glossary.Match, as source: String, isAtStart: Bool, _ language: String
  ) -> [Form] {
    let term = match.term
    var targets = [term.target]
    if match.isPlural {
      let plurals = Plurals(of: language).forms(of: term.target)
      targets = plurals.isEmpty ? targets : plurals
    }
    if term.keeps, !match.isPlural { return [Form(first: source, inner: source)] }
    guard term.letterCase == .adapt else { return targets.map { Form(first: $0, inner: $0) } }
    let letters = source.filter(\.isLetter)
    if letters.count > 1, letters == letters.uppercased(), letters != letters.lowercased(),
      term.source != term.source.uppercased()
    {
      return targets.map { Form(first: $0.uppercased(), inner: $0.uppercased()) }
    }
    let isRaised = letters.first?.isUppercase ?? false && !(term.source.first { $0.isLetter }?.isUppercase ?? false)
    return targets.map { target in
      let raised = target.prefix(1).uppercased() + target.dropFirst()
      return Form(first: raised, inner: isRaised && !isAtStart ? raised : target)
    }
  }

  // MARK: Tokens

  /// The constraint of the search; nil if the model has no tokens for the term or its source.
  /// - Parameter lead: number of tokens at the start of every translation that name its language.
  func constraint(_ encoded: EncodedText, _ tokenizer: any Tokenizer, lead: Int) -> TermConstraint? {
    let positions = encoded.ranges.indices.filter {
      !encoded.ranges[$0].isEmpty && encoded.ranges[$0].overlaps(span)
    }
    guard let first = positions.first, let last = positions.last else { return nil }
    let tokens = forms.compactMap { Self.tokens($0, tokenizer, lead: lead) }
    return tokens.isEmpty ? nil : TermConstraint(source: first..<last + 1, forms: tokens)
  }

  private static func tokens(_ form: Form, _ tokenizer: any Tokenizer, lead: Int) -> TermForm? {
    func tokens(_ text: String, after before: String) -> [Int32] {
      let encoded = tokenizer.encodeTarget(before + text)
      let pairs = zip(encoded.ids, encoded.ranges).dropFirst(lead)
      return pairs.filter { $1.upperBound > before.utf8.count && !$1.isEmpty }.map(\.0)
    }
    let first = tokens(form.first, after: "")
    let spaced = tokens(" " + form.inner, after: "a")
    let joined = tokens(form.inner, after: "(")
    guard !first.isEmpty, !spaced.isEmpty, !first.contains(tokenizer.unknownToken),
      !spaced.contains(tokenizer.unknownToken), tokenizer.decode(spaced) == form.inner
    else { return nil }
    return TermForm(first: first, spaced: spaced, joined: joined.isEmpty ? spaced : joined)
  }

  // MARK: Translations

  /// The places of terms in a translation; nil for those that it does not have.
  static func places(of terms: [ClauseTerm], in target: ByteText) -> [Range<Int>?] {
    var taken: [Range<Int>] = []
    return terms.map { term in
      for form in term.forms {
        for text in form.first == form.inner ? [form.inner] : [form.inner, form.first] {
          let places = target.places(of: text, alone: true)
          if let place = places.first(where: { place in !taken.contains { $0.overlaps(place) } }) {
            taken.append(place)
            return place
          }
        }
      }
      return nil
    }
  }
}
