/// Code between runs of backticks of one length, as in CommonMark: on one line, or between lines of three or more.
///
/// The runs are found in one pass, each with the next run of its length on its line. So time is linear in the length of
/// the text, however many lengths its runs have.
struct CodeRuns<Bytes: RandomAccessCollection<UInt8>> where Bytes.Index == Int {
  private struct Run {
    var start: Int
    var length: Int
    /// The number of the next run of this length on the same line.
    var next: Int?
    /// Whether nothing but up to four spaces is in front of the run on its line.
    var beginsLine: Bool
  }

  private let bytes: Bytes
  /// Empty until the first backtick is looked at.
  private var runs: [Run] = []
  /// The first run that can be asked for next.
  private var cursor = 0
  /// The offset before which no fence is closed.
  private var unclosedFence = 0

  init(_ bytes: Bytes) {
    self.bytes = bytes
  }

  /// Returns the code that a run of backticks opens, with both runs; nil if there is none.
  /// - Parameter index: the offset of a backtick, not below that of the call before.
  mutating func span(at index: Int) -> Range<Int>? {
    if runs.isEmpty { runs = Self.runs(in: bytes, from: index) }
    while cursor < runs.count, runs[cursor].start < index { cursor += 1 }
    guard cursor < runs.count, runs[cursor].start == index else { return nil }
    if let end = endOfFence() { return index..<end }
    return runs[cursor].next.map { index..<runs[$0].start + runs[$0].length }
  }

  /// The end of the next run at the start of a line that is at least as long as the run at the cursor.
  private mutating func endOfFence() -> Int? {
    let fence = runs[cursor]
    guard fence.length >= 3, fence.beginsLine, fence.start >= unclosedFence else { return nil }
    let closing = runs[(cursor + 1)...].first { $0.length >= fence.length && $0.beginsLine }
    if closing == nil { unclosedFence = bytes.endIndex }
    return closing.map { $0.start + $0.length }
  }

  private static func runs(in bytes: Bytes, from start: Int) -> [Run] {
    var runs: [Run] = []
    var line = 0
    /// For each length, the number of the last run and its line.
    var last: [Int: (run: Int, line: Int)] = [:]
    var index = start
    while index < bytes.endIndex {
      guard bytes[index] == UInt8(ascii: "`") else {
        if bytes[index] == UInt8(ascii: "\n") { line += 1 }
        index += 1
        continue
      }
      let length = bytes[index...].prefix { $0 == UInt8(ascii: "`") }.count
      if let before = last[length], before.line == line { runs[before.run].next = runs.count }
      last[length] = (runs.count, line)
      runs.append(Run(start: index, length: length, next: nil, beginsLine: beginsLine(index, bytes)))
      index += length
    }
    return runs
  }

  private static func beginsLine(_ index: Int, _ bytes: Bytes) -> Bool {
    let spaces = bytes[..<index].suffix(4).reversed().prefix { $0 == UInt8(ascii: " ") }.count
    let start = index - spaces
    return start == bytes.startIndex || bytes[start - 1] == UInt8(ascii: "\n")
  }
}
