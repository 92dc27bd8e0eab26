import Documents
import Testing

/// Tests of the text of PDF files.
struct PDFTests {
  /// A file with one page that draws `content`.
  private static func file(_ content: String, font: String = "", more: String = "", trailer: String = "") -> [UInt8] {
    let resources = "<< /Font << /F 4 0 R >> /XObject << /X 6 0 R >> >>"
    return Array(
      """
      %PDF-1.4
      1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
      2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 /Resources \(resources) >> endobj
      3 0 obj << /Type /Page /Parent 2 0 R /Contents [5 0 R] >> endobj
      4 0 obj << /Type /Font /Subtype /Type1 /FirstChar 32 /Widths [250] \(font) >> endobj
      5 0 obj << /Length \(content.utf8.count) >> stream
      \(content)
      endstream endobj
      \(more)
      trailer << /Root 1 0 R \(trailer) >>
      """.utf8)
  }

  private func texts(_ file: [UInt8]) throws -> [String] {
    try DocumentFormat.portableDocument.read(file).texts.map(\.text)
  }

  @Test func answerIsAPageOfHTML() throws {
    let document = try DocumentFormat.portableDocument.read(Self.file("BT /F 12 Tf 10 700 Td (A dog & a cat.) Tj ET"))
    #expect(document.texts.map(\.text) == ["A dog & a cat."])
    #expect(DocumentFormat.portableDocument.answerExtension == "html")
    #expect(try document.writtenText(["Um <cão>"]).contains("<section>\n<p>Um &lt;cão&gt;</p>\n</section>"))
  }

  @Test func linesBelowEachOtherAreAParagraph() throws {
    let content = "BT /F 12 Tf 14 TL 10 700 Td (One red) Tj T* (dog runs) Tj 0 -40 Td (Two para-) Tj T* (graphs) Tj ET"
    #expect(try texts(Self.file(content)) == ["One red dog runs", "Two paragraphs"])
  }

  @Test(
    arguments: [
      ("[(W) 20 (ord) -600 (gap)] TJ", "Word gap"), ("(a\\(b\\)c \\101\\\\) Tj", "a(b)c A\\"), ("<41 42 4> Tj", "AB@"),
      ("(A) ' (B) '", "A B"), ("(caf\\351) Tj", "café"), ("(\\223x\\224) Tj", "“x”"),
    ] as [(String, String)])
  func operatorsOfTextAreRead(operators: String, expected: String) throws {
    #expect(try texts(Self.file("BT /F 12 Tf 12 TL 10 700 Td \(operators) ET")) == [expected])
  }

  @Test func mapOfAFontGivesItsCharacters() throws {
    let map =
      "beginbfchar <01> <0041> endbfchar 1 beginbfrange <02> <03> <0062> <04> <05> [<00660069> <D83DDE00>] endbfrange"
    let more = "7 0 obj << /Length \(map.utf8.count) >> stream\n\(map)\nendstream endobj"
    let file = Self.file("BT /F 12 Tf (\\001\\002\\003\\004\\005) Tj ET", font: "/ToUnicode 7 0 R", more: more)
    #expect(try texts(file) == ["Abcfi😀"])
  }

  @Test func namesOfGlyphsAreCharacters() throws {
    let font = "/Encoding << /Differences [1 /A /eacute /quoteright /fi /uni0042 /period] >>"
    #expect(try texts(Self.file("BT /F 12 Tf (\\001\\002\\003\\004\\005\\006) Tj ET", font: font)) == ["Aé’fiB."])
  }

  @Test func formsWithinAPageAreRead() throws {
    let form = "BT /F 12 Tf (inner) Tj ET /X Do"
    let more = "6 0 obj << /Subtype /Form /Length \(form.utf8.count) >> stream\n\(form)\nendstream endobj"
    let texts = try texts(
      Self.file("BT /F 12 Tf 1 0 0 1 10 700 Tm (outer) Tj ET q 1 0 0 1 0 300 cm /X Do Q", more: more))
    #expect(texts.first == "outer")
    #expect(texts.dropFirst().allSatisfy { $0.hasPrefix("inner") } && texts.count >= 2)
  }

  @Test func filesWithoutTextAreRefused() {
    for file in [Self.file(""), Self.file("BT (x) Tj ET"), Array("%PDF-1.4\n".utf8), Array("text".utf8), []] {
      #expect(throws: DocumentError.self) { try DocumentFormat.portableDocument.read(file) }
    }
    #expect(throws: DocumentError.broken(item: "encryption", found: "no dictionary", expected: "one")) {
      try DocumentFormat.portableDocument.read(Self.file("BT ET", trailer: "/Encrypt 9 0 R"))
    }
  }

  @Test func contentPackedByLZWIsRead() throws {
    // "BT /F 9 Tf (A) Tj ET" in codes of nine bits, between a clear code and an end code.
    let codes = [256] + Array("BT /F 9 Tf (A) Tj ET".utf8).map { Int($0) } + [257]
    let bits = codes.map { code in (0..<9).map { code >> (8 - $0) & 1 } }.joined()
    var packed = stride(from: 0, to: bits.count, by: 4).map { start in
      String(Array(bits)[start..<min(start + 4, bits.count)].reduce(0) { $0 * 2 + $1 }, radix: 16)
    }.joined()
    // The last digit has the bits at its left.
    if bits.count % 4 == 2, let last = Int(packed.suffix(1), radix: 16) {
      packed = packed.dropLast() + String(last << 2, radix: 16)
    }
    let more = "7 0 obj << /Length \(packed.count + 1) /Filter [/AHx /LZW] >> stream\n\(packed)>\nendstream endobj"
    let file = String(decoding: Self.file("", more: more), as: UTF8.self)
      .replacing("/Contents [5 0 R]", with: "/Contents 7 0 R")
    #expect(try texts(Array(file.utf8)) == ["A"])
  }

  /// Expects a file to have texts, or an error with its reason.
  static func expectReadOrRefused(_ file: [UInt8]) {
    do {
      let document = try DocumentFormat.portableDocument.read(file, textLimitBytes: 1 << 20)
      #expect(!document.texts.isEmpty)
    } catch {
      error.expectReason()
    }
  }

  @Test func mutatedFilesAreReadOrRefused() {
    let more =
      "6 0 obj << /Subtype /Form /Length 9 /Filter [/ASCIIHexDecode /FlateDecode] >> stream\n/X Do /X Do\nendstream endobj"
    let content = "q 1 0 0 1 5 5 cm BT /F 12 Tf 14 TL 10 700 Td [(A) -300 (dog)] TJ T* <4142> Tj ET /X Do Q"
    let file = Self.file(content, font: "/Encoding << /Differences [1 /A] >> /ToUnicode 5 0 R", more: more)
    var random = Noise(seed: 13)
    for _ in 0..<FuzzRounds.count {
      var mutated = file
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        let place = Int.random(in: 0..<mutated.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
        case 1: mutated[place] = Array("0123456789[]<>()/".utf8).randomElement(using: &random) ?? 0
        case 2: mutated.removeSubrange(place..<min(mutated.count, place + Int.random(in: 1...12, using: &random)))
        default: mutated.insert(contentsOf: mutated[place...].prefix(20), at: place)
        }
        if mutated.isEmpty { mutated = [0] }
      }
      Self.expectReadOrRefused(mutated)
    }
  }

  @Test(arguments: [
    "[", "<<", "1 0 obj ", "(", "<< /A ", "1 0 obj << /Length 5 >> stream ", "trailer ", "<", "%PDF", "[1 0 R ",
  ])
  func longRunsOfMarksAreRefused(unit: String) {
    let file = Array(("%PDF-1.4\n" + String(repeating: unit, count: 20_000)).utf8)
    #expect(throws: DocumentError.self) { try DocumentFormat.portableDocument.read(file) }
  }
}
