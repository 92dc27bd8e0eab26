import Testing

@testable import Documents

/// Tests of the titles that programs show for a file.
struct TitleTests {
  private static let dc = "xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
  private static let fields =
    "<dc:title>A dog</dc:title><dc:subject>Animals</dc:subject><dc:creator>Ann Hill</dc:creator>"
    + "<dc:description>The red dog</dc:description><dc:language>en</dc:language>"

  @Test(
    arguments: [
      (DocumentFormat.wordDocument, "word/document.xml"), (.presentation, "ppt/presentation.xml"),
      (.workbook, "xl/workbook.xml"),
    ] as [(DocumentFormat, String)])
  func titleOfAnOfficeFileIsTranslated(format: DocumentFormat, main: String) throws {
    let core =
      "<cp:coreProperties xmlns:cp=\"c\" \(Self.dc)>\(Self.fields)<cp:keywords>dog</cp:keywords></cp:coreProperties>"
    let file = OfficePackages.archive([(main, "<w/>"), ("docProps/core.xml", core)])
    let (texts, body) = try OfficePackages.shouted(format, file, "docProps/core.xml")
    #expect(texts == ["A dog", "Animals", "The red dog"])
    let expected = core.replacing(">A dog<", with: ">A DOG<").replacing("Animals", with: "ANIMALS")
    #expect(body == expected.replacing("The red dog", with: "THE RED DOG"))
  }

  @Test func titleOfAnOpenDocumentIsTranslated() throws {
    let meta =
      "<office:document-meta xmlns:office=\"o\" \(Self.dc)><office:meta>\(Self.fields)</office:meta></office:document-meta>"
    let file = OfficePackages.archive([
      ("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<a/>"), ("meta.xml", meta),
    ])
    #expect(try DocumentFormat.openText.read(file).texts.map(\.text) == ["A dog", "Animals", "The red dog"])
  }

  @Test func titleOfABookIsTranslatedAndItsAuthorIsNot() throws {
    let metadata = "<package><metadata \(Self.dc)>\(Self.fields)<meta property=\"x\">y</meta></metadata></package>"
    let contents =
      "<ncx><docTitle><text>A dog</text></docTitle><docAuthor><text>Mark Rivers</text></docAuthor>"
      + "<navLabel><text>The end</text></navLabel></ncx>"
    let file = OfficePackages.archive([
      ("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<c/>"), ("EPUB/content.opf", metadata),
      ("EPUB/toc.ncx", contents),
    ])
    let (texts, body) = try OfficePackages.shouted(.book, file, "EPUB/content.opf")
    #expect(texts == ["A dog", "The red dog", "A dog", "The end"])
    #expect(body == metadata.replacing(">A dog<", with: ">A DOG<").replacing("The red dog", with: "THE RED DOG"))
  }
}
