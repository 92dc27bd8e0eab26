import Tokenization

/// A tokenizer that reads curly quotes, apostrophes, dashes and ellipses as those of ASCII if the vocabulary lacks them.
///
/// A model that has learnt from plain text would otherwise see an unknown token in the middle of "don’t".
struct StandInTokenizer: Tokenizer {
  private let base: any Tokenizer

  static let standIns: [Unicode.Scalar: String] = [
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "‹": "'", "›": "'", "“": "\"", "”": "\"", "„": "\"", "‟": "\"", "«": "\"",
    "»": "\"", "‐": "-", "‑": "-", "–": "-", "—": "-", "…": "...",
  ]

  init(_ base: any Tokenizer) {
    self.base = base
  }

  func encode(_ text: String) -> EncodedText { read(text, base.encode) }
  func encodeTarget(_ text: String) -> EncodedText { read(text, base.encodeTarget) }
  func decode(_ ids: [Int32]) -> String { base.decode(ids) }
  func pieces(_ ids: [Int32]) -> [String] { base.pieces(ids) }
  func decodeWithRanges(_ ids: [Int32]) -> (text: String, ranges: [Range<Int>]) { base.decodeWithRanges(ids) }

  var sourceVocabularySize: Int { base.sourceVocabularySize }
  var targetVocabularySize: Int { base.targetVocabularySize }
  var endToken: Int32 { base.endToken }
  var padToken: Int32? { base.padToken }
  var unknownToken: Int32 { base.unknownToken }
  var readsWords: Bool { base.readsWords }
  var languages: LanguageTokens? { base.languages }

  private func read(_ text: String, _ encode: (String) -> EncodedText) -> EncodedText {
    let encoded = encode(text)
    guard encoded.ids.contains(unknownToken) else { return encoded }
    let marks = unknownMarks(encoded, in: ByteText(text))
    guard !marks.isEmpty else { return encoded }
    let (plain, origins) = replaced(marks, in: text)
    var read = encode(plain)
    read.ranges = read.ranges.map { origins[$0.lowerBound]..<origins[$0.upperBound] }
    return read
  }

  private func unknownMarks(_ encoded: EncodedText, in text: ByteText) -> Set<Unicode.Scalar> {
    var marks: Set<Unicode.Scalar> = []
    for (id, range) in zip(encoded.ids, encoded.ranges) where id == unknownToken {
      marks.formUnion(text[range].unicodeScalars.filter { Self.standIns[$0] != nil })
    }
    return marks
  }

  /// - Returns: the text with replacements, and for each of its bytes and its end the position in the original text.
  private func replaced(_ marks: Set<Unicode.Scalar>, in text: String) -> (text: String, origins: [Int]) {
    var plain = ""
    var origins: [Int] = []
    var start = 0
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if marks.contains(scalar), let standIn = Self.standIns[scalar] {
        plain += standIn
        origins += Array(repeating: start, count: standIn.utf8.count)
      } else {
        plain.unicodeScalars.append(scalar)
        origins += start..<start + width
      }
      start += width
    }
    return (plain, origins + [start])
  }
}
