/// Translations that are finished, without their sentences, in one piece of memory.
///
/// A document has many thousands of short ones. As strings of their own they would lie between what their sentences took,
/// and the heap could not use those gaps for anything larger.
struct FinishedTexts: Sendable {
  private var bytes: [UInt8] = []
  /// The end of each text in `bytes`.
  private var ends: [Int] = []
  /// A text with the counts of all; empty if there are no texts.
  private var counts: [TranslatedText] = []

  /// Appends texts without their sentences.
  mutating func append(_ texts: [TranslatedText]) {
    for text in texts {
      bytes += text.text.utf8
      ends.append(bytes.count)
    }
    counts = Array((counts + texts).textsOnly.prefix(1))
  }

  /// The texts in their order. The first one has the counts of all.
  var texts: [TranslatedText] {
    var start = 0
    var texts = ends.map { end in
      defer { start = end }
      return TranslatedText(text: String(decoding: bytes[start..<end], as: UTF8.self))
    }
    if !texts.isEmpty, var first = counts.first {
      first.text = texts[0].text
      texts[0] = first
    }
    return texts
  }
}
