import Documents
import Testing

/// Files whose reading once took time quadratic in their size, or memory without a bound. Each would run into the time
/// limit again.
@Suite(.timeLimit(.minutes(10))) struct HostileFileTests {
  private static let bytes = 1 << 20

  private func pdf(_ text: String) -> [UInt8] { Array("%PDF-1.4\n\(text)\n".utf8) }

  /// A text again and again, up to a size.
  private func repeated(_ text: String) -> String {
    String(repeating: text, count: Self.bytes / text.utf8.count)
  }

  /// A PDF file with one page.
  private func page(_ content: String, font: String = "", more: String = "") -> [UInt8] {
    pdf(
      """
      1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj 2 0 obj <</Kids [3 0 R]>> endobj
      3 0 obj <</Type /Page /Contents 5 0 R /Resources <</Font <</F 4 0 R>>>>>> endobj
      4 0 obj <</Type /Font /Subtype /Type1 \(font)>> endobj
      5 0 obj <</Length \(content.utf8.count)>> stream
      \(content)
      endstream endobj
      \(more)
      trailer <</Root 1 0 R>>
      """)
  }

  @Test(arguments: ["1 0 obj 5 (", "1 0 obj %", "1 0 obj 5 %", "1 0 obj <</Length 0>> stream % endstream "])
  func partsOfPDFFilesThatDoNotEndAreReadOnce(repeated: String) {
    #expect(throws: DocumentError.self) { try DocumentFormat.portableDocument.read(pdf(self.repeated(repeated))) }
  }

  /// Object streams whose objects all are the same large array.
  @Test func objectsOfAStreamDoNotShareBytes() throws {
    let count = 20_000
    let array = "[" + String(repeating: "0 ", count: count) + "]"
    let head = (0..<count).map { "\($0 + 100) 0 " }.joined()
    let content = head + array
    let entries = "/Type /ObjStm /N \(count) /First \(head.utf8.count) /Length \(content.utf8.count)"
    let file = pdf("1 0 obj <<\(entries)>> stream\n\(content)\nendstream endobj")
    #expect(throws: DocumentError.self) { try DocumentFormat.portableDocument.read(file) }
  }

  /// A page whose content is one stream again and again.
  @Test func contentThatIsRepeatedIsBounded() {
    let content = String(repeating: "BT ET ", count: 100_000)
    let file = pdf(
      """
      1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj 2 0 obj <</Kids [3 0 R]>> endobj
      9 0 obj <</Length \(content.utf8.count)>> stream
      \(content)
      endstream endobj
      trailer <</Root 1 0 R>>
      3 0 obj <</Type /Page /Contents [\(repeated(" 9 0 R"))]>> endobj
      """)
    #expect(throws: DocumentError.self) { try DocumentFormat.portableDocument.read(file) }
  }

  /// A font whose map names all codes with each of its ranges.
  @Test func rangesOfFontsAreBounded() throws {
    let map = String(repeating: "<0000> <FFFF> <0041> ", count: 50_000) + "endbfrange"
    let file = page(
      "BT /F 12 Tf (A) Tj ET", font: "/ToUnicode 6 0 R",
      more: "6 0 obj <</Length \(map.utf8.count)>> stream\n\(map)\nendstream endobj")
    #expect(try DocumentFormat.portableDocument.read(file).texts.count == 1)
  }

  @Test func manyLinesOfAParagraphAreJoinedInPlace() throws {
    let content = "BT /F 12 Tf 14 TL 10 700 Td " + String(repeating: "(abcd) Tj T* ", count: 100_000) + "ET"
    let texts = try DocumentFormat.portableDocument.read(page(content)).texts
    #expect(texts.map(\.text.utf8.count) == [5 * 100_000 - 1])
  }

  @Test func manyRunsOfOneFormatAreOneText() throws {
    let count = 200_000
    let body = "<w:p>" + String(repeating: "<w:r><w:t>ab</w:t></w:r>", count: count) + "</w:p>"
    let texts = try DocumentFormat.wordDocument.read(OfficePackages.docx(body)).texts
    #expect(texts.map(\.text.utf8.count) == [2 * count])
  }

  @Test func shapesWithinShapesAreLookedThroughOnce() throws {
    let depth = 100_000
    let shapes =
      String(repeating: "<p:sp>", count: depth) + "<a:p><a:r><a:t>word</a:t></a:r></a:p>"
      + String(repeating: "</p:sp>", count: depth)
    let file = OfficePackages.archive([
      ("ppt/presentation.xml", "<p:presentation/>"), ("ppt/slideLayouts/slideLayout1.xml", "<p:x>\(shapes)</p:x>"),
    ])
    #expect(try DocumentFormat.presentation.read(file).texts.map(\.text) == ["word"])
  }
}
