/// Takes a sentence apart for a model that reads one word at a time. Words stand between white space; punctuation and
/// symbols around them are none of the model's and stay where they are.
enum WordCutter {
  static func cut(_ sentence: String) -> SegmentedText {
    let scalars = Array(sentence.unicodeScalars)
    let words = scalars.indices.split { scalars[$0].properties.isWhitespace }.compactMap { part -> Range<Int>? in
      guard let first = part.first(where: { !isAround(scalars[$0]) }),
        let last = part.last(where: { !isAround(scalars[$0]) })
      else { return nil }
      return first..<last + 1
    }
    return SegmentedText(scalars, pieces: words)
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
