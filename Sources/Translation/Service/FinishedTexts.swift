/// Texts in one piece of memory, of which each is made when it is read.
final class PackedTexts: Sendable {
  private let bytes: [UInt8]
  /// The end of each text in `bytes`.
  private let ends: [Int]

  init(_ bytes: [UInt8], ends: [Int]) { (self.bytes, self.ends) = (bytes, ends) }

  subscript(number: Int) -> String {
    String(decoding: bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]], as: UTF8.self)
  }
}

/// Translations that are finished, without their sentences.
///
/// A document has many thousands of short ones. As strings of their own they would lie between what their sentences took,
/// and the heap could not use those gaps for anything larger.
struct FinishedTexts: Sendable {
  private var bytes: [UInt8] = []
  /// The end of each text in `bytes`.
  private var ends: [Int] = []
  /// A text with the counts of all; nil if there are no texts.
  private var counts: TranslatedText?

  /// Appends texts without their sentences.
  mutating func append(_ texts: [TranslatedText]) {
    for text in texts {
      bytes += text.text.utf8
      ends.append(bytes.count)
    }
    counts = ((counts.map { [$0] } ?? []) + texts).counts
  }

  /// The texts in their order. The first one has the counts of all.
  var texts: [TranslatedText] {
    let packed = PackedTexts(bytes, ends: ends)
    var texts = ends.indices.map { TranslatedText(packed, number: $0) }
    if !texts.isEmpty, var first = counts {
      first.text = texts[0].text
      texts[0] = first
    }
    return texts
  }
}
