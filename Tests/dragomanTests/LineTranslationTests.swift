import Foundation
import Support
import Terminal
import Testing
import Translation
import dragoman

@Suite(.timeLimit(.minutes(10))) struct LineTranslationTests {
  private let fixture: TranslationFixture

  init() throws { fixture = try TranslationFixture() }

  private func translated(_ lines: [String]) throws -> [String] {
    let input = try fixture.folder.write("input", text: lines.map { $0 + "\n" }.joined())
    let descriptor = open(input, O_RDONLY)
    defer { close(descriptor) }
    let output = fixture.folder.path + "/output"
    try LineTranslation(service: fixture.service, beam: 1, linesPerBlock: 4)
      .run(from: LineReader(descriptor: descriptor), to: OutputFile(path: output))
    return try LineReader.lines(of: output)
  }

  /// More lines than the blocks in flight have, and a last block that is not full.
  @Test func translationsAreInTheOrderOfTheLines() throws {
    let words = ["a dog runs", "two men", "the red car is old", "", "she sees a house", "they walk"]
    let lines = (0..<23).map { number -> String in
      let line = words[number * 5 % words.count]
      return number % 3 == 0 ? line + " now" : line
    }
    let translations = try translated(lines)
    let alone = try Dictionary(uniqueKeysWithValues: Set(lines).map { ($0, try translated([$0])) })
    #expect(translations.count == lines.count)
    for (line, translation) in zip(lines, translations) { #expect(alone[line] == [translation], "\(line)") }
  }

  /// The writer waits for the answer to each line before it writes the next, as a person or a program does.
  @Test func lineIsAnsweredBeforeTheNextComes() throws {
    var (toProgram, fromProgram) = ([Int32](repeating: 0, count: 2), [Int32](repeating: 0, count: 2))
    #expect(pipe(&toProgram) == 0 && pipe(&fromProgram) == 0)
    let service = fixture.service
    let (input, output) = (toProgram[0], "/dev/fd/\(fromProgram[1])")
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      try? LineTranslation(service: service, beam: 1).run(
        from: LineReader(descriptor: input), to: OutputFile(path: output))
      ended.signal()
    }
    let answers = FileHandle(fileDescriptor: fromProgram[0], closeOnDealloc: true)
    let typed = FileHandle(fileDescriptor: toProgram[1], closeOnDealloc: false)
    for line in ["a dog runs", "two men", "the red car"] {
      try typed.write(contentsOf: Data((line + "\n").utf8))
      var answer = Data()
      while answer.last != 0x0A { answer += answers.availableData }
      let expected = try translated([line])[0] + "\n"
      #expect(answer == Data(expected.utf8))
    }
    close(toProgram[1])
    ended.wait()
    close(toProgram[0])
    close(fromProgram[1])
  }

  @Test func halfALineIsNotTakenForOne() throws {
    var ends = [Int32](repeating: 0, count: 2)
    #expect(pipe(&ends) == 0)
    var reader = LineReader(descriptor: ends[0])
    #expect(try !reader.hasLine(waitMilliseconds: 0))
    #expect(write(ends[1], "a b", 3) == 3)
    #expect(try !reader.hasLine(waitMilliseconds: 0))
    #expect(write(ends[1], " c\nd", 4) == 4)
    #expect(try reader.hasLine(waitMilliseconds: 0))
    #expect(try reader.next() == "a b c")
    #expect(try !reader.hasLine(waitMilliseconds: 0))
    close(ends[1])
    #expect(try reader.hasLine(waitMilliseconds: 0))
    #expect(try reader.next() == "d")
    #expect(try reader.hasLine(waitMilliseconds: 0))
    #expect(try reader.next() == nil)
    close(ends[0])
  }

  @Test func emptyInputHasAnEmptyOutput() throws {
    #expect(try translated([]) == [])
  }

  @Test func brokenInputEndsTheTranslation() throws {
    let input = try fixture.folder.write("input", [0x61, 0x0A, 0xFF, 0x0A])
    let descriptor = open(input, O_RDONLY)
    defer { close(descriptor) }
    #expect(throws: InputError.self) {
      try LineTranslation(service: fixture.service, beam: 1)
        .run(from: LineReader(descriptor: descriptor), to: OutputFile(path: fixture.folder.path + "/output"))
    }
  }
}
