/// A text taken apart so that nothing of it is lost: `gaps[0] + pieces[0] + gaps[1] + … + gaps[n]` is the text, byte for
/// byte.
package struct SegmentedText: Sendable, Equatable {
  /// Neither empty nor with white space at either end.
  package let pieces: [String]
  /// White space before, between and after the pieces; one more than pieces, empty where there is none.
  package let gaps: [String]

  /// - Parameter ranges: the pieces within `scalars`, in their order and not overlapping.
  init(_ scalars: [Unicode.Scalar], pieces ranges: [Range<Int>]) {
    var gaps: [String] = []
    gaps.reserveCapacity(ranges.count + 1)
    var end = 0
    for range in ranges {
      gaps.append(String(scalars[end..<range.lowerBound]))
      end = range.upperBound
    }
    gaps.append(String(scalars[end...]))
    self.gaps = gaps
    pieces = ranges.map { String(scalars[$0]) }
  }

  private init(pieces: [String], gaps: [String]) {
    self.pieces = pieces
    self.gaps = gaps
  }

  /// The same gaps around other pieces, one for each.
  func replacing(_ others: [String]) -> SegmentedText { SegmentedText(pieces: others, gaps: gaps) }

  /// The text with other pieces.
  /// - Parameters:
  ///   - others: one for each piece.
  ///   - separator: stands between two pieces that touch each other.
  package func joining(_ others: [String], separator: String = "") -> String {
    var text = gaps[0]
    for (index, other) in others.enumerated() {
      let gap = gaps[index + 1]
      text += other
      text += gap.isEmpty && index + 1 < others.count ? separator : gap
    }
    return text
  }

  /// Of each of the other pieces, the bytes of UTF-8 in front of it within `joining(others, separator:)`.
  func starts(of others: [String], separator: String = "") -> [Int] {
    var end = gaps[0].utf8.count
    return others.enumerated().map { index, other in
      defer {
        let gap = gaps[index + 1]
        end += other.utf8.count
        end += gap.isEmpty && index + 1 < others.count ? separator.utf8.count : gap.utf8.count
      }
      return end
    }
  }
}
