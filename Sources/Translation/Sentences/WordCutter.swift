import Tokenization

/// Takes a sentence apart for a model that reads one word at a time. Words stand between white space; punctuation and
/// symbols around them are none of the model's and stay where they are.
struct WordCutter: Sendable {
  let tokenizer: any Tokenizer
  /// For words that have more tokens than the model has positions.
  let clauses: ClauseCutter

  /// A part for each word, or for each piece of one that is too long; the sentence as it is where there are none.
  func parts(_ sentence: String) -> [SentencePart] {
    let scalars = Array(sentence.unicodeScalars)
    let pieces = words(scalars).flatMap { cut(scalars[$0]) }
    guard !pieces.isEmpty else { return [SentencePart(text: sentence, encoded: nil, kept: [])] }
    let text = SegmentedText(scalars, pieces: pieces.map(\.range))
    return pieces.enumerated().map { index, piece in
      SentencePart(
        before: index == 0 ? text.gaps[0] : "", after: text.gaps[index + 1], text: text.pieces[index],
        encoded: piece.encoded, kept: [], isClause: piece.isCut)
    }
  }

  private struct Piece {
    let range: Range<Int>
    let encoded: EncodedText?
    let isCut: Bool
  }

  private func cut(_ word: ArraySlice<Unicode.Scalar>) -> [Piece] {
    let text = String(String.UnicodeScalarView(word))
    let cut = clauses.cut(text, encoded: tokenizer.encode(text))
    var start = word.startIndex + cut.text.gaps[0].unicodeScalars.count
    return cut.clauses.enumerated().map { index, encoded in
      let range = start..<start + cut.text.pieces[index].unicodeScalars.count
      start = range.upperBound + cut.text.gaps[index + 1].unicodeScalars.count
      return Piece(range: range, encoded: encoded, isCut: cut.clauses.count > 1)
    }
  }

  private func words(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    scalars.indices.split { scalars[$0].properties.isWhitespace }.compactMap { part in
      guard let first = part.first(where: { !isAround(scalars[$0]) }),
        let last = part.last(where: { !isAround(scalars[$0]) })
      else { return nil }
      return first..<last + 1
    }
  }

  private func isAround(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      true
    default: false
    }
  }
}
