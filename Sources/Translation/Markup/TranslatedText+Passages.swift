extension TranslatedText {
  /// A document's passages as one text, with a new line between two of them.
  init(joining texts: [TranslatedText], of passages: ArraySlice<Passage>) {
    self.init(
      text: texts.map(\.text).joined(separator: "\n"), alternatives: [], sentences: [],
      timings: Timings(longestOf: texts.map(\.timings)),
      tokens: texts.reduce(TokenCounts()) { $0 + $1.tokens }, pivot: texts.first?.pivot)
    var (source, target) = (0, 0)
    for (text, passage) in zip(texts, passages) {
      for var sentence in text.sentences {
        sentence.sourceStart += source
        sentence.targetStart += target
        sentences.append(sentence)
      }
      source += passage.text.utf8.count + 1
      target += text.text.utf8.count + 1
    }
  }
}
