/// Lengths that may share a batch without much padding: two classes to each doubling (4…5, 6…7, 8…11, 12…15, …).
struct LengthClass: Hashable {
  let index: Int

  init(index: Int) {
    self.index = index
  }

  /// - Parameter length: at least 1.
  init(length: Int) {
    let top = Int.bitWidth - 1 - length.leadingZeroBitCount
    let upperHalf = top > 0 && length & (1 << (top - 1)) != 0
    index = 2 * top + (upperHalf ? 1 : 0)
  }

  /// Itself, then its neighbours, nearest first and shorter before longer; all within a factor of about two.
  var fillOrder: [LengthClass] {
    [0, -1, 1, -2, 2].map { LengthClass(index: index + $0) }
  }
}
