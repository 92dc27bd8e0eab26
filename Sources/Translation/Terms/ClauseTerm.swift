import Decoding
import Tokenization

/// A term in a clause: where its source is, and how its target can be written.
struct ClauseTerm: Sendable {
  /// The texts of a term at the start of a translation and within it.
  struct Form: Sendable, Hashable {
    let first: String
    let inner: String
  }

  let term: Term
  /// Bytes of the clause.
  private(set) var span: Range<Int>
  /// At least one.
  let forms: [Form]
  /// The forms that the search can write; empty before `written(by:_:)`.
  private(set) var written: [WrittenForm] = []

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
  func constraint(_ encoded: EncodedText) -> TermConstraint? {
    let positions = encoded.ranges.indices.filter {
      !encoded.ranges[$0].isEmpty && encoded.ranges[$0].overlaps(span)
    }
    guard let first = positions.first, let last = positions.last, !written.isEmpty else { return nil }
    return TermConstraint(source: first..<last + 1, forms: written.map(\.tokens))
  }

  /// The term with the tokens that a model writes it with.
  /// - Parameter standIns: names for forms that the model has no tokens for.
  func written(by spelling: TermSpelling, _ standIns: inout StandInLetters) -> ClauseTerm {
    var term = self
    term.written = forms.compactMap { spelling.written($0) }
    if term.written.isEmpty, let form = forms.first, let name = standIns.next() {
      term.written = spelling.written(form, as: name).map { [$0] } ?? []
    }
    return term
  }

  // MARK: Translations

  /// A term in a translation.
  struct Place {
    let range: Range<Int>
    /// The text that is to be there.
    let text: String
  }

  /// The places of terms in a translation, as the model writes them or as they are to be; nil for missing terms.
  /// - Parameter sees: whether a part of the translation was made of a part of the source; of several places such a one
  ///   is taken.
  static func places(
    of terms: [ClauseTerm], in target: ByteText, sees: (Range<Int>, Range<Int>) -> Bool = { _, _ in true }
  ) -> [Place?] {
    var places = [Place?](repeating: nil, count: terms.count)
    var taken: [Range<Int>] = []
    // A term can be a part of another one.
    let lengths = terms.map { $0.forms.map(\.inner.utf8.count).max() ?? 0 }
    let order = terms.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    for index in order {
      guard let place = terms[index].place(in: target, beside: taken, sees) else { continue }
      taken.append(place.range)
      places[index] = place
    }
    return places
  }

  private func place(
    in target: ByteText, beside taken: [Range<Int>], _ sees: (Range<Int>, Range<Int>) -> Bool
  ) -> Place? {
    var first: Place?
    for (text, exact) in texts {
      for range in target.wholePlaces(of: text) where !taken.contains(where: { $0.overlaps(range) }) {
        let place = Place(range: range, text: exact)
        if sees(range, span) { return place }
        first = first ?? place
      }
    }
    return first
  }

  /// The texts that stand for the term in a translation, each with the text that is to be there.
  private var texts: [(text: String, exact: String)] {
    var texts = forms.flatMap { [($0.inner, $0.inner), ($0.first, $0.first)] }
    texts += written.flatMap { [($0.inner, $0.form.inner), ($0.first, $0.form.first)] }
    var seen: Set<String> = []
    return texts.filter { seen.insert($0.0).inserted }
  }
}

extension ByteText {
  /// The places of a text, over whose ends no word goes on in a script with spaces between words.
  fileprivate func wholePlaces(of text: String) -> [Range<Int>] {
    func goesOn(_ before: Unicode.Scalar?, _ after: Unicode.Scalar?) -> Bool {
      guard let before, let after else { return false }
      return [before, after].allSatisfy {
        ($0.properties.isAlphabetic || $0.properties.numericType != nil) && !Scripts.isUnspaced($0)
      }
    }
    let (first, last) = (text.unicodeScalars.first, text.unicodeScalars.last)
    return places(of: text, alone: false).filter { place in
      let before = self[max(0, place.lowerBound - 4)..<place.lowerBound].unicodeScalars.last
      let after = self[place.upperBound..<min(count, place.upperBound + 4)].unicodeScalars.first
      return !goesOn(before, first) && !goesOn(last, after)
    }
  }
}
