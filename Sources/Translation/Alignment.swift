import Decoding
import Models
import Tokenization

/// Which source token each target token looked at most: cross-attention of the head that was trained to align, else of
/// the last layer, mean over its heads.
enum Alignment {
  /// Of each step the token of `candidates` that it looked at most.
  ///
  /// Workers do this at once, so that a long text's weights do not pile up until its last sentence is translated.
  /// - Parameters:
  ///   - weights: (L, H, T, S)
  ///   - guidedLayer: whose first head was trained to align, from 0.
  ///   - steps: T
  ///   - keys: S
  ///   - candidates: places of source tokens that stand for text.
  /// - Returns: one place a step; nothing where the weights are not of that shape or there is no candidate.
  static func mostSeen(
    _ weights: [Float], shape: AttentionShape, guidedLayer: Int? = nil, steps: Int, keys: Int, candidates: [Int]
  ) -> [Int] {
    guard shape.layers > 0, !candidates.isEmpty, weights.count == shape.layers * shape.heads * steps * keys else {
      return []
    }
    let layer = (guidedLayer ?? shape.layers - 1) * shape.heads * steps * keys
    let heads = guidedLayer == nil ? shape.heads : 1
    return (0..<steps).compactMap { step in
      func total(_ key: Int) -> Float {
        (0..<heads).reduce(0) { $0 + weights[layer + ($1 * steps + step) * keys + key] }
      }
      return candidates.map { (key: $0, weight: total($0)) }.max { $0.weight < $1.weight }?.key
    }
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
