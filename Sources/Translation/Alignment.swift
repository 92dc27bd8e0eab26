import Decoding
import Tokenization

/// Links from target tokens to the source tokens that they attended to most.
enum Alignment {
  /// Positions of the source tokens that an alignment may link to: those with text.
  static func candidates(_ clause: EncodedText, in text: String) -> [Int] {
    let words = words(clause.ranges, in: text)
    return words.indices.filter { !words[$0].isEmpty }
  }

  /// - Parameters:
  ///   - seen: of each target token, the place of a source token.
  ///   - source: of each source token, its bytes.
  ///   - target: of each target token, its bytes; tokens without any (end of sentence) are left out.
  static func links(_ seen: [Int], source: [Range<Int>], target: [Range<Int>]) -> [AlignmentLink] {
    guard seen.count == target.count else { return [] }
    return zip(seen, target).compactMap { seen, target in
      target.isEmpty ? nil : AlignmentLink(source: source[seen], target: target)
    }
  }

  /// Token ranges without the white space in front that belongs to the token but not to the word.
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
