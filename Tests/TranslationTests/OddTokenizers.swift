import Support
import Tokenization

/// Gives each scalar several tokens, as byte pieces do.
struct WordyTokenizer: TokenizerDouble {
  let tokensPerScalar: Int

  func encode(_ text: String) -> EncodedText {
    let once = ScalarTokenizer().encode(text)
    let indices = once.ids.indices.dropLast().flatMap { Array(repeating: $0, count: tokensPerScalar) }
    let all = indices + [once.ids.count - 1]
    return EncodedText(
      ids: all.map { once.ids[$0] }, pieces: all.map { once.pieces[$0] }, ranges: all.map { once.ranges[$0] })
  }
}

/// Puts five tokens in front of every text, so that parts together have more tokens than the whole.
struct ShyTokenizer: TokenizerDouble {
  func encode(_ text: String) -> EncodedText {
    let plain = ScalarTokenizer().encode(text)
    return EncodedText(
      ids: Array(repeating: 2, count: 5) + plain.ids, pieces: Array(repeating: "▁", count: 5) + plain.pieces,
      ranges: Array(repeating: 0..<0, count: 5) + plain.ranges)
  }
}

/// All but `encode` as `ScalarTokenizer`.
protocol TokenizerDouble: Tokenizer {}

extension TokenizerDouble {
  private var plain: ScalarTokenizer { ScalarTokenizer() }
  var sourceVocabularySize: Int { plain.sourceVocabularySize }
  var targetVocabularySize: Int { plain.targetVocabularySize }
  var endToken: Int32 { plain.endToken }
  var padToken: Int32? { plain.padToken }
  var unknownToken: Int32 { plain.unknownToken }
  var readsWords: Bool { plain.readsWords }
  func encodeTarget(_ text: String) -> EncodedText { encode(text) }
  func decode(_ ids: [Int32]) -> String { plain.decode(ids) }
  func pieces(_ ids: [Int32]) -> [String] { plain.pieces(ids) }
  func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) { plain.decodeWithRanges(ids) }
}
