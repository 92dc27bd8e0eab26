import Tokenization

/// Takes a sentence apart for a model that reads one word at a time. Words stand between white space; punctuation and
/// symbols around them are none of the model's and stay where they are.
struct WordCutter {
  let tokenizer: any Tokenizer
  /// For words that have more tokens than the model has positions.
  let clauses: ClauseCutter

  /// - Returns: the words, each with its own tokens, and whether one of them had to be cut; none where there are none.
  func cut(_ sentence: String) -> (text: SegmentedText, words: [EncodedText], isCut: Bool) {
    let scalars = Array(sentence.unicodeScalars)
    let words = Self.words(scalars)
    var ranges: [Range<Int>] = []
    var encoded: [EncodedText] = []
    for word in words {
      let text = String(String.UnicodeScalarView(scalars[word]))
      let cut = clauses.cut(text, encoded: tokenizer.encode(text))
      encoded += cut.clauses
      var start = word.lowerBound
      for piece in cut.text.pieces {
        ranges.append(start..<start + piece.unicodeScalars.count)
        start += piece.unicodeScalars.count
      }
    }
    return (SegmentedText(scalars, pieces: ranges), encoded, ranges.count > words.count)
  }

  private static func words(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
    scalars.indices.split { SentenceMarks.isSpace(scalars[$0]) }.compactMap { part in
      guard let first = part.first(where: { !isAround(scalars[$0]) }),
        let last = part.last(where: { !isAround(scalars[$0]) })
      else { return nil }
      return first..<last + 1
    }
  }

  private static func isAround(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
      true
    default: false
    }
  }
}
