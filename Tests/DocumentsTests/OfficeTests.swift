import Archive
import Documents
import Testing

/// Tests of slides, workbooks, OpenDocument and books.
struct OfficeTests {
  private let drawing = #"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main""#

  @Test func slidesNotesAndChartsAreTranslated() throws {
    let text =
      "<a:p><a:r><a:rPr lang=\"en\" dirty=\"0\"/><a:t>It is </a:t></a:r><a:r><a:rPr b=\"1\"/><a:t>old</a:t></a:r><a:endParaRPr/></a:p>"
    let slide =
      "<p:sld \(drawing) xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\">\(text)</p:sld>"
    let chart =
      "<c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:strCache><c:pt><c:v>First</c:v></c:pt></c:strCache><c:numCache><c:v>General</c:v></c:numCache></c:chart>"
    let layout = slide.replacing(text, with: "<p:sp><p:nvPr><p:ph/></p:nvPr>\(text)</p:sp><p:sp>\(text)</p:sp>")
    let file = OfficePackages.archive([
      ("ppt/presentation.xml", "<p/>"), ("ppt/slides/slide1.xml", slide), ("ppt/notesSlides/notesSlide1.xml", slide),
      ("ppt/charts/chart1.xml", chart), ("ppt/slideLayouts/slideLayout1.xml", layout),
    ])
    let (texts, body) = try OfficePackages.shouted(.presentation, file, "ppt/slides/slide1.xml")
    #expect(texts == ["It is <m0>old</m0>", "It is <m0>old</m0>", "First", "It is <m0>old</m0>"])
    #expect(body == slide.replacing("It is", with: "IT IS").replacing("old", with: "OLD"))
    #expect(
      try OfficePackages.shouted(.presentation, file, "ppt/charts/chart1.xml").body
        == chart.replacing("First", with: "FIRST"))
  }

  private let sheet = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

  @Test func sharedAndInlineStringsAreTranslatedAndFormulasAreNot() throws {
    let strings =
      "<sst \(sheet)><si><t>A dog</t></si><si><r><t>The </t></r><r><rPr><b/></rPr><t>red</t></r><r><t> one here</t></r><rPh><t>x</t></rPh></si></sst>"
    let cells =
      "<worksheet \(sheet)><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"A2\" t=\"str\"><f>\"a\"&amp;\"b\"</f><v>ab</v></c><c r=\"A3\" t=\"inlineStr\"><is><t>inline</t></is></c></worksheet>"
    let file = OfficePackages.archive([
      ("xl/workbook.xml", "<w/>"), ("xl/worksheets/sheet1.xml", cells), ("xl/sharedStrings.xml", strings),
      ("xl/comments1.xml", "<comments \(sheet)><text><r><t>note</t></r></text></comments>"),
    ])
    let (texts, body) = try OfficePackages.shouted(.workbook, file, "xl/sharedStrings.xml")
    #expect(texts == ["inline", "A dog", "The <m0>red</m0> one here", "note"])
    #expect(
      body.contains(
        "<si><t>A DOG</t></si><si><r><t xml:space=\"preserve\">THE </t></r><r><rPr><b/></rPr><t>RED</t></r>"))
    #expect(body.contains("<t xml:space=\"preserve\"> ONE HERE</t></r><rPh><t>x</t></rPh></si>"))
    #expect(
      try OfficePackages.shouted(.workbook, file, "xl/worksheets/sheet1.xml").body
        == cells.replacing("inline<", with: "INLINE<"))
  }

  @Test func headOfASheetKeepsItsCodes() throws {
    let head =
      "<oddHeader>&amp;L&amp;P&amp;C&amp;\"Arial,Bold\"&amp;12List of houses &amp;K00FF00red&amp;R&amp;D</oddHeader>"
    let file = OfficePackages.archive([
      ("xl/workbook.xml", "<w/>"), ("xl/worksheets/sheet1.xml", "<worksheet \(sheet)>\(head)</worksheet>"),
    ])
    let (texts, body) = try OfficePackages.shouted(.workbook, file, "xl/worksheets/sheet1.xml")
    #expect(texts.count == 1)
    #expect(texts.first?.contains(">List of houses <img id=\"5\">red<br id=\"6\">") == true)
    #expect(body.contains(head.replacing("List of houses", with: "LIST OF HOUSES").replacing("red&", with: "RED&")))
  }

  @Test func headOfATableKeepsItsName() throws {
    let file = OfficePackages.archive([
      ("xl/workbook.xml", "<w/>"),
      (
        "xl/worksheets/sheet1.xml",
        "<worksheet \(sheet)><c r=\"B2\" t=\"s\"><v>1</v></c><c r=\"C2\" t=\"s\"><v>0</v></c></worksheet>"
      ),
      ("xl/worksheets/_rels/sheet1.xml.rels", "<R><Relationship Id=\"r\" Target=\"../tables/table1.xml\"/></R>"),
      ("xl/tables/table1.xml", "<table \(sheet) ref=\"A2:B9\"/>"),
      ("xl/sharedStrings.xml", "<sst \(sheet)><si><t>Body</t></si><si><t>Head</t></si></sst>"),
    ])
    #expect(try DocumentFormat.workbook.read(file).texts.map(\.text) == ["Body"])
  }

  @Test func textsOfOpenDocumentAreTranslated() throws {
    let body =
      "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Title</text:h>"
      + "<text:p>The <text:span text:style-name=\"T1\">red</text:span> house<text:s text:c=\"2\"/>is <text:page-number>7</text:page-number>.</text:p>"
      + "<text:p>One<text:line-break/>two</text:p>"
    let (texts, written) = try OfficePackages.shouted(.openText, OfficePackages.odt(body), "content.xml")
    #expect(
      texts == [
        "Title", "The <m0>red</m0> house<img id=\"1\">is <m2 translate=\"no\">7</m2>.", "One<br id=\"0\">two",
      ])
    #expect(
      written
        == body.replacing("Title", with: "TITLE").replacing("The ", with: "THE ").replacing(">red<", with: ">RED<")
        .replacing(" house", with: " HOUSE").replacing(">is ", with: ">IS ").replacing("One", with: "ONE").replacing(
          "two", with: "TWO"))
  }

  @Test func footnoteWithinASentenceIsATextOfItsOwn() throws {
    let note =
      "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note</text:p></text:note-body></text:note>"
    let body = "<text:p>The dog\(note) barks.</text:p>"
    let (texts, written) = try OfficePackages.shouted(.openText, OfficePackages.odt(body), "content.xml")
    #expect(texts == ["The dog<img id=\"0\"> barks.", "A note"])
    #expect(
      written
        == body.replacing("The dog", with: "THE DOG").replacing("barks", with: "BARKS").replacing(
          "A note", with: "A NOTE"))
  }

  @Test func cellsThatAreComputedAreUntouched() throws {
    let body =
      "<table:table-cell table:formula=\"of:=A1\" office:value-type=\"string\"><text:p>sum</text:p></table:table-cell>"
      + "<table:table-cell office:value-type=\"date\"><text:p>3 May</text:p></table:table-cell>"
      + "<table:table-cell office:value-type=\"string\"><text:p>word</text:p></table:table-cell>"
    #expect(try DocumentFormat.openSpreadsheet.read(OfficePackages.odt(body)).texts.map(\.text) == ["word"])
  }

  @Test func chaptersAndContentsOfABookAreTranslated() throws {
    let chapter = "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><p>A <b>red</b> dog</p></body></html>"
    let file = OfficePackages.archive([
      ("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<c/>"), ("EPUB/a.xhtml", chapter),
      ("EPUB/toc.ncx", "<ncx><navLabel><text>Chapter &amp; verse</text></navLabel></ncx>"), ("EPUB/a.css", "p {}"),
    ])
    let (texts, _) = try OfficePackages.shouted(.book, file, "EPUB/a.css")
    #expect(texts == [chapter, "Chapter &amp; verse"])
  }

  @Test func membersThatAreNotTranslatedKeepTheirBytesAndPlaces() throws {
    let file = OfficePackages.docx(
      "<w:p><w:r><w:t>dog</w:t></w:r></w:p>", [("word/media/a.bin", "\u{0}\u{1}x"), ("docProps/app.xml", "<a/>")])
    let document = try DocumentFormat.wordDocument.read(file)
    let (before, after) = (try ZipArchive(file, name: "a"), try ZipArchive(try document.written(["cão"]), name: "b"))
    #expect(before.members.map(\.name) == after.members.map(\.name))
    for name in before.members.map(\.name) where name != "word/document.xml" {
      #expect(try OfficePackages.content(file, name) == OfficePackages.content(try document.written(["cão"]), name))
    }
  }
}
