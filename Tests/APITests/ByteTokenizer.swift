import Tokenization

/// Every byte is a token, as where a vocabulary has nothing but byte pieces.
struct ByteTokenizer: Tokenizer {
  let sourceVocabularySize = 256
  let targetVocabularySize = 256
  let endToken: Int32 = 0
  let padToken: Int32? = nil
  let unknownToken: Int32 = 1
  let readsWords = false

  func encode(_ text: String) -> EncodedText {
    let bytes = Array(text.utf8)
    return EncodedText(
      ids: bytes.map(Int32.init) + [endToken], pieces: bytes.map { "<\($0)>" } + ["</s>"],
      ranges: bytes.indices.map { $0..<$0 + 1 } + [bytes.count..<bytes.count])
  }

  func encodeTarget(_ text: String) -> EncodedText { encode(text) }

  func decode(_ ids: [Int32]) -> String { decodeWithRanges(ids).text }

  func pieces(_ ids: [Int32]) -> [String] { ids.map { "<\($0)>" } }

  func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) {
    let bytes = ids.filter { $0 != endToken }.map { UInt8(truncatingIfNeeded: $0) }
    return (String(decoding: bytes, as: UTF8.self), bytes.indices.map { $0..<$0 + 1 })
  }
}
