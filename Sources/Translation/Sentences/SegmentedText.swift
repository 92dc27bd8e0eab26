/// A text split into pieces and the gaps between them.
///
/// Nothing is lost: `gaps[0] + pieces[0] + gaps[1] + … + gaps[n]` is the text, byte for byte.
package struct SegmentedText: Sendable, Equatable {
  /// The pieces, which are neither empty nor have white space at either end.
  package let pieces: [String]
  /// White space before, between and after the pieces; one more than pieces, empty if there is none.
  package let gaps: [String]

  /// - Parameter ranges: the ranges of the pieces in `scalars`, in their order and not overlapping.
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

  /// A text that is one piece.
  init(whole text: String) {
    self.init(pieces: [text], gaps: ["", ""])
  }

  private init(pieces: [String], gaps: [String]) {
    self.pieces = pieces
    self.gaps = gaps
  }

  /// Returns a text with other pieces, one per piece, and the gaps of this text.
  func replacing(_ others: [String]) -> SegmentedText { SegmentedText(pieces: others, gaps: gaps) }

  /// Returns the text with other pieces.
  /// - Parameters:
  ///   - others: one text per piece.
  ///   - separator: the text between two pieces that touch.
  package func joining(_ others: [String], separator: String = "") -> String {
    var text = gaps[0]
    for (index, other) in others.enumerated() {
      let gap = gaps[index + 1]
      text += other
      text += gap.isEmpty && index + 1 < others.count ? separator : gap
    }
    return text
  }

  /// Returns for each of the other pieces its offset in bytes within `joining(others, separator:)`.
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

// MARK: Scalars

/// Conversion between offsets of bytes and of scalars within one text.
enum ScalarOffsets {
  /// Returns ranges of scalars for ranges of bytes. An end within a scalar moves after it.
  /// - Parameter ranges: the ranges of bytes of UTF-8, in their order, not overlapping.
  static func ranges(of ranges: [Range<Int>], in scalars: [Unicode.Scalar]) -> [Range<Int>] {
    var (index, bytes) = (0, 0)
    func offset(_ byte: Int) -> Int {
      while index < scalars.count, bytes < byte {
        bytes += UTF8.width(scalars[index])
        index += 1
      }
      return index
    }
    return ranges.map { range in
      let start = offset(range.lowerBound)
      return start..<offset(range.upperBound)
    }
  }
}

extension String {
  /// Creates a text from scalars, faster than through a `UnicodeScalarView`. Each translated text needs this several
  /// times.
  init(_ scalars: ArraySlice<Unicode.Scalar>) {
    self.init(unsafeUninitializedCapacity: scalars.reduce(0) { $0 + $1.utf8.count }) { bytes in
      var count = 0
      for scalar in scalars {
        for byte in scalar.utf8 {
          bytes[count] = byte
          count += 1
        }
      }
      return count
    }
  }
}

/// A passage split into sentences.
struct SegmentedPassage: Sendable, Equatable {
  let text: SegmentedText
  /// UTF-8 byte ranges per piece of `text` that must appear unchanged in the translation.
  let protectedSpans: [[Range<Int>]]
  /// The uses of terms per piece whose translations stand in it; empty if there are none.
  let terms: [[TermUse]]

  init(text: SegmentedText, protectedSpans: [[Range<Int>]], terms: [[TermUse]] = []) {
    self.terms = terms
    self.text = text
    self.protectedSpans = protectedSpans
  }

  /// - Parameter protectedSpans: byte ranges of the whole text. Parts of them between the pieces are dropped: gaps never change.
  init(_ text: SegmentedText, keeping protectedSpans: [Range<Int>]) {
    var rest = protectedSpans[...]
    var start = 0
    terms = []
    self.text = text
    self.protectedSpans = zip(text.gaps, text.pieces).map { gap, piece in
      start += gap.utf8.count
      let bytes = start..<start + piece.utf8.count
      start = bytes.upperBound
      while let next = rest.first, next.upperBound <= bytes.lowerBound { rest.removeFirst() }
      let own = rest.prefix { $0.lowerBound < bytes.upperBound }.map { $0.clamped(to: bytes) }
      return own.filter { !$0.isEmpty }.map { $0.lowerBound - bytes.lowerBound..<$0.upperBound - bytes.lowerBound }
    }
  }
}
