import Testing

@testable import Translation

struct CodeRunsTests {
  /// Each of 200 lengths of runs, none of which is closed, once looked at the rest of the text.
  @Test func runsOfManyLengthsAreFoundInOnePass() {
    let reads = ReadCount()
    let text = (1...200).map { String(repeating: "`", count: $0) }.joined(separator: "a")
    let bytes = CountedBytes(base: Array(text.utf8), reads: reads)
    var code = CodeRuns(bytes)
    let ticks = bytes.base.indices.filter { bytes.base[$0] == UInt8(ascii: "`") }
    #expect(ticks.allSatisfy { code.span(at: $0) == nil })
    #expect(reads.count <= 10 * bytes.base.count)
  }

  @Test func aRunClosesOnItsLine() {
    #expect(spans("a `b` ``c ` d`` e `f\n` g") == ["`b`", "``c ` d``"])
    #expect(spans("```\na\n````\nb ``` c") == ["```\na\n````"])
    #expect(spans("     ```a\n```") == [])
  }

  private func spans(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var code = CodeRuns(bytes)
    var spans: [String] = []
    var index = 0
    while index < bytes.count {
      let span = bytes[index] == UInt8(ascii: "`") ? code.span(at: index) : nil
      if let span { spans.append(String(decoding: bytes[span], as: UTF8.self)) }
      index = span?.upperBound ?? index + 1
    }
    return spans
  }
}

private final class ReadCount {
  var count = 0
}

private struct CountedBytes: RandomAccessCollection {
  let base: [UInt8]
  let reads: ReadCount

  var startIndex: Int { 0 }
  var endIndex: Int { base.count }

  subscript(index: Int) -> UInt8 {
    reads.count += 1
    return base[index]
  }
}
