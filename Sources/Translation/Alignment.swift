import Decoding
import Models
import Tokenization

/// Which source token each target token looked at most: cross-attention of the head that was trained to align, else of
/// the last layer, mean over its heads.
enum Alignment {
  /// - Parameters:
  ///   - weights: (L, H, T, S)
  ///   - guidedLayer: whose first head was trained to align, from 0.
  ///   - source: of each source token, its bytes; tokens without any (end of sentence) are not looked at.
  ///   - target: of each target token, its bytes; tokens without any are left out.
  static func links(
    _ weights: [Float], shape: AttentionShape, guidedLayer: Int? = nil, source: [Range<Int>], target: [Range<Int>]
  ) -> [AlignmentLink] {
    let (steps, keys) = (target.count, source.count)
    guard shape.layers > 0, weights.count == shape.layers * shape.heads * steps * keys else { return [] }
    let layer = (guidedLayer ?? shape.layers - 1) * shape.heads * steps * keys
    let heads = guidedLayer == nil ? shape.heads : 1
    let candidates = source.indices.filter { !source[$0].isEmpty }
    return target.indices.compactMap { step in
      if target[step].isEmpty { return nil }
      func total(_ key: Int) -> Float {
        (0..<heads).reduce(0) { $0 + weights[layer + ($1 * steps + step) * keys + key] }
      }
      let best = candidates.map { (key: $0, weight: total($0)) }.max { $0.weight < $1.weight }
      return best.map { AlignmentLink(source: source[$0.key], target: target[step]) }
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
