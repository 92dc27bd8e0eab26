import Documents
import Testing

/// Tests of files in other encodings than UTF-8, which are answered in theirs.
struct TextEncodingTests {
  private func written(_ file: [UInt8], _ translation: String, as ending: String = "txt") throws -> [UInt8] {
    let format = try #require(DocumentFormat(fileName: "a." + ending))
    let document = try format.read(file)
    #expect(try document.written(document.texts.map(\.text)) == file)
    return try document.written([translation])
  }

  private func utf16(_ text: String, isBig: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
      return isBig ? [high, low] : [low, high]
    }
  }

  /// A byte per character up to U+00FF.
  private func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

  @Test func latinTextIsAnsweredInKind() throws {
    let file = bytes("Caf\u{E9} owner said \u{93}no\u{94}")
    #expect(try DocumentFormat.plainText.read(file).texts.map(\.text) == ["Café owner said “no”"])
    #expect(try written(file, "É “não” €") == [0xC9, 0x20, 0x93, 0x6E, 0xE3, 0x6F, 0x94, 0x20, 0x80])
  }

  @Test func characterThatTheEncodingLacksMakesTheAnswerUTF8() throws {
    #expect(try written(Array("Caf".utf8) + [0xE9], "кот") == [0xEF, 0xBB, 0xBF] + Array("кот".utf8))
  }

  @Test(arguments: [true, false]) func utf16IsAnsweredInKind(isBig: Bool) throws {
    let mark: [UInt8] = isBig ? [0xFE, 0xFF] : [0xFF, 0xFE]
    #expect(try written(mark + utf16("A dog 🐕", isBig: isBig), "É 🐕") == mark + utf16("É 🐕", isBig: isBig))
    #expect(try written(utf16("A dog runs", isBig: isBig), "É") == utf16("É", isBig: isBig))
    let cue = "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n"
    #expect(
      try written(mark + utf16(cue, isBig: isBig), "Olá", as: "srt")
        == mark + utf16(cue.replacing("Hello", with: "Olá"), isBig: isBig))
  }

  @Test func markOfUTF8IsKept() throws {
    #expect(try written([0xEF, 0xBB, 0xBF, 0x61], "b") == [0xEF, 0xBB, 0xBF, 0x62])
  }

  @Test(
    arguments: [
      [0xFF, 0xFE, 0x41], [0xFF, 0xFE, 0x00, 0xD8], [0x41, 0x00, 0xFF], [0xC3, 0x28, 0x01, 0x61, 0x61, 0x61],
      [0xEA, 0xEE, 0xF2, 0x20, 0xF1, 0xEF, 0xE8, 0xF2], [0xC0, 0xC1, 0xF5],
    ] as [[UInt8]])
  func otherBytesAreRefused(file: [UInt8]) {
    #expect(throws: DocumentError.self) { try DocumentFormat.plainText.read(file) }
  }

  @Test func otherFormatsAreUnicode() {
    #expect(throws: DocumentError.broken(item: "file", found: "other bytes", expected: "UTF-8 or UTF-16")) {
      try DocumentFormat.markdown.read(Array("Caf".utf8) + [0xE9])
    }
  }

  @Test(arguments: 0..<256) func everyByteComesBack(byte: Int) throws {
    guard byte >= 0x80 else { return }
    _ = try written(Array("a word".utf8) + [UInt8(byte)], "x")
  }
}
