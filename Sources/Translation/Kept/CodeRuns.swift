/// Code between runs of backticks of one length, as in CommonMark: on one line, or between lines of three or more.
struct CodeRuns {
  private let bytes: [UInt8]
  private static let tick = UInt8(ascii: "`")
  /// Of each length the place before which no run of it closes one on the same line.
  private var unclosed: [Int: Int] = [:]
  /// The place before which no fence is closed.
  private var unclosedFence = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// - Parameter index: where a backtick stands.
  mutating func span(at index: Int) -> Range<Int>? {
    guard index == 0 || bytes[index - 1] != Self.tick else { return nil }
    let length = run(at: index)
    if length >= 3, beginsLine(index), let fence = fence(at: index, length: length) { return fence }
    guard index >= unclosed[length, default: 0] else { return nil }
    var next = index + length
    while next < bytes.count, bytes[next] != UInt8(ascii: "\n") {
      let found = bytes[next] == Self.tick ? run(at: next) : 0
      if found == length { return index..<next + length }
      next += max(found, 1)
    }
    unclosed[length] = next
    return nil
  }

  /// To the next line that begins with as many backticks.
  private mutating func fence(at index: Int, length: Int) -> Range<Int>? {
    guard index >= unclosedFence else { return nil }
    var next = index + length
    while next < bytes.count {
      let found = bytes[next] == Self.tick ? run(at: next) : 0
      if found >= length, beginsLine(next) { return index..<next + found }
      next += max(found, 1)
    }
    unclosedFence = next
    return nil
  }

  private func run(at index: Int) -> Int { bytes[index...].prefix { $0 == Self.tick }.count }

  /// Behind no more than white space on its line.
  private func beginsLine(_ index: Int) -> Bool {
    let before = bytes[..<index].suffix(4).reversed()
    let space = before.prefix { $0 == UInt8(ascii: " ") }.count
    return index - space == 0 || byte(index - space - 1) == UInt8(ascii: "\n")
  }

  private func byte(_ index: Int) -> UInt8 { bytes.indices.contains(index) ? bytes[index] : 0 }
}
