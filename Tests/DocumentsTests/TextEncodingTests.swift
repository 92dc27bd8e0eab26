import Testing

@testable import Documents

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

  @Test(arguments: 0..<5) func memberIsValidatedInPiecesOfWholeCharacters(offset: Int) {
    let text = Array((String(repeating: "a", count: (1 << 16) - offset) + "é€𝄞 end").utf8)
    #expect(TextEncoding.isUTF8(text))
    #expect(!TextEncoding.isUTF8(text.dropLast(4) + [0xC3]))
    #expect(!TextEncoding.isUTF8(text + [0x80, 0x80, 0x80, 0x80]))
    #expect(!TextEncoding.isUTF8([0x61, 0x00, 0x62, 0x00]))
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

  // MARK: Message catalogues

  private func catalogue(_ charset: String, _ message: String, _ translation: String) -> String {
    "# caf\u{E9}\nmsgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=\(charset)\\n\"\n\n"
      + "msgid \"\(message)\"\nmsgstr \"\(translation)\"\n"
  }

  @Test(arguments: ["ISO-8859-1", "iso-8859-1", "latin1", "ISO_8859-1", "CP1252", "windows-1252", "ISO-8859-15"])
  func catalogueIsAnsweredInTheCharsetOfItsHeader(charset: String) throws {
    let file = catalogue(charset, "One", "")
    let document = try DocumentFormat.portableObject.read(bytes(file))
    #expect(document.texts.map(\.text) == ["One"])
    #expect(try document.written(["N\u{E3}o"]) == bytes(catalogue(charset, "One", "N\u{E3}o")))
  }

  @Test(arguments: [("ISO-8859-1", "“um” €"), ("CP1252", "Ω"), ("ISO-8859-15", "“um”"), ("ISO-8859-1", "один")])
  func characterThatTheCharsetLacksMakesTheCatalogueUTF8(charset: String, translation: String) throws {
    let document = try DocumentFormat.portableObject.read(bytes(catalogue(charset, "One", "")))
    #expect(try document.written([translation]) == Array(catalogue("UTF-8", "One", translation).utf8))
  }

  @Test func euroSignIsThatOfTheCharset() throws {
    for (charset, euro) in [("ISO-8859-15", UInt8(0xA4)), ("windows-1252", 0x80)] {
      let document = try DocumentFormat.portableObject.read(bytes(catalogue(charset, "One", "")))
      #expect(try document.written(["€"]) == bytes(catalogue(charset, "One", "?")).map { $0 == 0x3F ? euro : $0 })
    }
  }

  /// A catalogue in ASCII is in any of these charsets.
  @Test(arguments: ["CHARSET", "US-ASCII", "KOI8-R"]) func otherCharsetBecomesUTF8IfItHasTo(charset: String) throws {
    let file = catalogue(charset, "One", "").replacing("\u{E9}", with: "e")
    let document = try DocumentFormat.portableObject.read(file)
    #expect(try document.writtenText(["Um"]) == catalogue(charset, "One", "Um").replacing("\u{E9}", with: "e"))
    #expect(try document.writtenText(["Não"]).contains("charset=UTF-8\\n"))
  }

  @Test func charsetThatIsNotKnownIsNamed() throws {
    #expect {
      try DocumentFormat.portableObject.read(bytes(catalogue("KOI8-R", "One", "")))
    } throws: { error in
      "\(error)".contains("found KOI8-R") && "\(error)".contains("ISO-8859-1")
    }
  }

  @Test(arguments: [
    "<meta charset=\"iso-8859-1\">", "<META CHARSET=ISO-8859-1>", "<meta charset = 'windows-1252' />",
    "<meta http-equiv=\"Content-Type\"\n content=\"text/html; charset=iso-8859-1\">",
    "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>",
  ])
  func pageIsAnsweredInTheEncodingThatItNames(head: String) throws {
    let page = "<!-- caf\u{E9} -->\(head)<p>One</p>"
    let format = DocumentFormat.html
    let document = try format.read(bytes(page))
    #expect(document.texts.map(\.text) == [page])
    #expect(try document.written([page]) == bytes(page))
    #expect(
      try document.written([page.replacing("One", with: "N\u{E3}o")]) == bytes(page.replacing("One", with: "N\u{E3}o")))
    let other = try document.writtenText([page.replacing("One", with: "один")])
    #expect(other.contains("UTF-8") && other.contains("<p>один</p>"))
    #expect(try format.read(other).texts.first?.text == other)
  }

  @Test func pageInASCIIIsAnsweredInTheEncodingThatItNames() throws {
    let document = try DocumentFormat.html.read("<meta charset=\"latin1\"><p>One</p>")
    #expect(try document.written(["<p>\u{E9}</p>"]) == bytes("<p>\u{E9}</p>"))
  }

  @Test func pageInUTF8IsThatWhateverItNames() throws {
    let page = "<meta charset=\"iso-8859-1\"><p>\u{E9}</p>"
    let document = try DocumentFormat.html.read(page)
    #expect(document.texts.map(\.text) == [page])
    #expect(try document.writtenText([page + "\u{E3}"]) == page + "\u{E3}")
  }

  @Test func interchangeFileIsAnsweredInTheEncodingThatItNames() throws {
    let file = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><trans-unit><source>Caf\u{E9}</source></trans-unit>"
    let document = try DocumentFormat.xliff.read(bytes(file))
    #expect(document.texts.map(\.text) == ["Café"])
    #expect(
      try document.written(["N\u{E3}o"])
        == bytes(file.replacing("</source>", with: "</source><target state=\"translated\">N\u{E3}o</target>")))
  }

  @Test func charsetInAMessageIsNoHeader() throws {
    let file = "msgid \"charset=ISO-8859-1\"\nmsgstr \"\"\n"
    #expect(try DocumentFormat.portableObject.read(file).writtenText(["é"]).hasSuffix("\"é\"\n"))
  }
}
