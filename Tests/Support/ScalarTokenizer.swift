import Tokenization

/// A tokenizer to which every scalar is a token. White space around a text is not seen, and some scalars can be declared
/// to be nothing.
package struct ScalarTokenizer: Tokenizer {
  package var invisible: Set<Unicode.Scalar> = []
  package var unknown: @Sendable (Unicode.Scalar) -> Bool = { _ in false }

  package init(
    invisible: Set<Unicode.Scalar> = [], unknown: @escaping @Sendable (Unicode.Scalar) -> Bool = { _ in false }
  ) {
    self.invisible = invisible
    self.unknown = unknown
  }

  package var sourceVocabularySize: Int { 0x110100 }
  package var targetVocabularySize: Int { 0x110100 }
  package var endToken: Int32 { 0 }
  package var padToken: Int32? { nil }
  package var unknownToken: Int32 { 1 }
  package var readsWords: Bool { false }

  private static let first: Int32 = 16

  package func encode(_ text: String) -> EncodedText {
    var encoded = EncodedText(ids: [], pieces: [], ranges: [])
    var bytes = 0
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if !invisible.contains(scalar) {
        encoded.ids.append(unknown(scalar) ? unknownToken : Int32(scalar.value) + Self.first)
        encoded.pieces.append(String(scalar))
        encoded.ranges.append(bytes..<bytes + width)
      }
      bytes += width
    }
    encoded.ids.append(endToken)
    encoded.pieces.append("</s>")
    encoded.ranges.append(bytes..<bytes)
    return encoded
  }

  package func encodeTarget(_ text: String) -> EncodedText { encode(text) }

  package func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  package func pieces(_ ids: [Int32]) -> [String] {
    ids.map { scalar($0).map(String.init) ?? "</s>" }
  }

  package func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    var text = ""
    let ranges = ids.map { id in
      let start = text.utf8.count
      if let scalar = scalar(id) { text.unicodeScalars.append(scalar) }
      return start..<text.utf8.count
    }
    return (text, ranges)
  }

  private func scalar(_ id: Int32) -> Unicode.Scalar? {
    id >= Self.first ? Unicode.Scalar(UInt32(id - Self.first)) : nil
  }
}
