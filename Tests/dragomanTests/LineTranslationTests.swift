import Foundation
import Support
import Terminal
import Testing
import Translation
import dragoman

@Suite(.timeLimit(.minutes(1))) struct LineTranslationTests {
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
