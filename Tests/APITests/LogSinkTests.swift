import API
import Foundation
import Support
import Testing

@Suite(.timeLimit(.minutes(10))) struct LogSinkTests {
  private static func line(_ number: Int) -> [UInt8] {
    Array("\(number) \(String(repeating: "x", count: 90))\n".utf8)
  }

  private static func report(_ lost: Int) -> [UInt8] { Array("lost \(lost)\n".utf8) }

  @Test func linesStayWholeAndInOrder() {
    let log = ReadLog()
    for number in 0..<100 { log.sink.append(Self.line(number), report: Self.report) }
    #expect(log.lines.map { $0.prefix { $0 != " " } } == (0..<100).map { "\($0)"[...] })
  }

  @Test func linesAreWrittenWithoutAFlush() {
    let log = ReadLog()
    log.sink.append(Self.line(1), report: Self.report)
    var lines: [String] = []
    waitUntil("the sink has written") {
      lines = log.take()
      return !lines.isEmpty
    }
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("1 xx") == true)
  }

  /// Nobody reads: the memory fills, and whoever logs goes on all the same.
  @Test func slowReaderCostsLinesNotTime() throws {
    let log = ReadLog(capacity: 10_000)
    log.fill()
    for number in 0..<1000 { log.sink.append(Self.line(number), report: Self.report) }
    log.sink.flush(seconds: 0.01)
    for number in 1000..<2000 { log.sink.append(Self.line(number), report: Self.report) }
    #expect(log.sink.dropped > 1700)
    var lines = log.take()
    lines += log.lines
    log.sink.append(Self.line(2000), report: Self.report)
    lines += log.lines
    let words = lines.map { $0.split(separator: " ") }
    let lost = words.filter { $0[0] == "lost" }.compactMap { Int($0[1]) }
    let numbers = words.filter { $0[0] != "lost" }.compactMap { Int($0[0]) }
    #expect(lost.reduce(0, +) == log.sink.dropped)
    #expect(numbers.count + log.sink.dropped == 2001)
    #expect(numbers == numbers.sorted())
    #expect(numbers.last == 2000)
  }

  @Test func linesWithoutAReaderAreDropped() {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    close(ends[0])
    let sink = LogSink(descriptor: ends[1])
    for number in 0..<3 { sink.append(Self.line(number), report: Self.report) }
    sink.flush(seconds: 10)
    #expect(sink.dropped == 3)
    close(ends[1])
  }
}
