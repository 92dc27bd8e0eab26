/// Where something like a text stands within another one (Sellers 1980): the part of it that the fewest bytes have to be
/// changed in, put in or left out; the longest of several. Capitals are as good as small letters.
package struct CloseMatch: Equatable {
  package let range: Range<Int>
  package let edits: Int

  /// Takes time and memory for the product of the lengths, and for their sum.
  package init(of wanted: [UInt8], in text: [UInt8]) {
    let (wanted, text) = (wanted.map(Self.folded), text.map(Self.folded))
    /// Of each number of wanted bytes, the best part of the text that ends here.
    var row = (0...wanted.count).map { (edits: $0, start: 0) }
    var best = (edits: wanted.count, range: 0..<0)
    for end in 0...text.count {
      let candidate = (edits: row[wanted.count].edits, range: row[wanted.count].start..<end)
      if (candidate.edits, -candidate.range.count) < (best.edits, -best.range.count) { best = candidate }
      guard end < text.count else { break }
      var diagonal = row[0]
      row[0] = (0, end + 1)
      for index in wanted.indices {
        let above = row[index + 1]
        let same = (edits: diagonal.edits + (wanted[index] == text[end] ? 0 : 1), start: diagonal.start)
        let others = [
          (edits: above.edits + 1, start: above.start), (edits: row[index].edits + 1, start: row[index].start),
        ]
        row[index + 1] = others.reduce(same) { $1 < $0 ? $1 : $0 }
        diagonal = above
      }
    }
    range = best.range
    edits = best.edits
  }

  private static func folded(_ byte: UInt8) -> UInt8 { ASCII.isLetter(byte) ? byte | 0x20 : byte }
}
