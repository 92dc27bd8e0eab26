import Decoding
import Tokenization

/// Links between target tokens and the source tokens that they attended to most.
enum Alignment {
  /// Indices of the source tokens that an alignment can link to: tokens with text.
  static func candidates(_ encoded: EncodedText, in text: String) -> [Int] {
    let words = words(encoded.ranges, in: text)
    return words.indices.filter { !words[$0].isEmpty }
  }

  /// The byte ranges that are aligned.
  /// - Parameters:
  ///   - seen: index of a source token per target token.
  ///   - source: byte range per source token.
  ///   - target: byte range per target token; tokens without bytes (end of sentence) are left out.
  static func links(_ seen: [Int], source: [Range<Int>], target: [Range<Int>]) -> [AlignmentLink] {
    guard seen.count == target.count else { return [] }
    return zip(seen, target).compactMap { seen, target in
      target.isEmpty ? nil : AlignmentLink(source: source[seen], target: target)
    }
  }

  /// Byte ranges of tokens without the white space in front, which belongs to the token but not to the word.
  static func words(_ ranges: [Range<Int>], in text: String) -> [Range<Int>] {
    let bytes = Array(text.utf8)
    return ranges.map { range in
      let range = range.clamped(to: 0..<bytes.count)
      let start = range.first { bytes[$0] != UInt8(ascii: " ") } ?? range.upperBound
      return start..<range.upperBound
    }
  }
}

extension AlignmentLink {
  func moved(source offset: Int, target targetOffset: Int) -> AlignmentLink {
    AlignmentLink(
      source: source.lowerBound + offset..<source.upperBound + offset,
      target: target.lowerBound + targetOffset..<target.upperBound + targetOffset)
  }
}
