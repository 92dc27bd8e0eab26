/// Between offsets of bytes and of scalars within one text.
enum ScalarOffsets {
  /// - Parameter ranges: of bytes of UTF-8, in their order, not overlapping.
  /// - Returns: the same as ranges of scalars; an end within a scalar moves behind it.
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
