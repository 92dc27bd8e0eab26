import Documents
import Testing

/// Tests of text documents of Office Open XML.
struct WordTests {
  private func shouted(_ body: String) throws -> (texts: [String], body: String) {
    try OfficePackages.shouted(.wordDocument, OfficePackages.docx(body))
  }

  private func run(_ text: String, _ properties: String = "") -> String {
    let space = text.hasPrefix(" ") || text.hasSuffix(" ") ? " xml:space=\"preserve\"" : ""
    return "<w:r>\(properties.isEmpty ? "" : "<w:rPr>\(properties)</w:rPr>")<w:t\(space)>\(text)</w:t></w:r>"
  }

  @Test func runsOfOneFormatAreOneText() throws {
    let (texts, body) = try shouted(
      "<w:p><w:pPr><w:jc/></w:pPr>\(run("A red "))<w:proofErr/>\(run("dog &amp; a cat."))</w:p>")
    #expect(texts == ["A red dog & a cat."])
    #expect(
      body == "<w:p><w:pPr><w:jc/></w:pPr><w:r><w:t>A RED DOG &amp; A CAT.</w:t></w:r></w:p>")
  }

  @Test func otherFormatsAreTags() throws {
    let (texts, body) = try shouted("<w:p>\(run("The "))\(run("red house", "<w:b/>"))\(run(" is very old."))</w:p>")
    #expect(texts == ["The <m0>red house</m0> is very old."])
    #expect(body == "<w:p>\(run("THE "))\(run("RED HOUSE", "<w:b/>"))\(run(" IS VERY OLD."))</w:p>")
  }

  @Test func formatMovesWithItsWords() throws {
    let file = OfficePackages.docx("<w:p>\(run("The "))\(run("red", "<w:b/>"))\(run(" house is old."))</w:p>")
    let document = try DocumentFormat.wordDocument.read(file)
    let written = try document.written(["A casa <m0>vermelha</m0> é velha."])
    #expect(
      try OfficePackages.content(written, "word/document.xml").contains(
        "<w:p>\(run("A casa "))\(run("vermelha", "<w:b/>"))\(run(" é velha."))</w:p>"))
  }

  @Test func bookmarkWithinAWordStandsBeforeIt() throws {
    let mark = "<w:bookmarkStart w:id=\"1\"/>"
    let comment = "<w:r><w:commentReference w:id=\"1\"/></w:r>"
    let (texts, body) = try shouted("<w:p>\(run("The hou"))\(mark)\(run("se is red"))</w:p>")
    #expect(texts == ["The <img id=\"0\">house is red"])
    #expect(body == "<w:p>\(run("THE "))\(mark)\(run("HOUSE IS RED"))</w:p>")
    let cases = [
      ("\(run("a"))\(mark)\(run("b"))\(comment)\(run("c d"))", "<img id=\"0\"><img id=\"1\">abc d"),
      ("\(run("The "))\(mark)\(run("house"))", "The <img id=\"0\">house"),
      ("\(run("The"))\(mark)\(run(" house"))", "The<img id=\"0\"> house"),
      (
        "\(run("The U", "<w:b/>"))\(mark)\(run("sing end of it"))",
        "<m0>The </m0><img id=\"1\"><m2>U</m2>sing end of it"
      ),
      ("\(run("你"))\(mark)\(run("好"))", "你<img id=\"0\">好"),
      ("\(run("a"))<w:r><w:sym w:char=\"F0\"/></w:r>\(run("b"))", "a<img id=\"0\">b"),
    ]
    for (content, expected) in cases { #expect(try shouted("<w:p>\(content)</w:p>").texts == [expected]) }
    let odt = OfficePackages.odt("<text:p>The hou<text:bookmark text:name=\"b\"/>se</text:p>")
    #expect(try DocumentFormat.openText.read(odt).texts.map(\.text) == ["The <img id=\"0\">house"])
  }

  @Test func languageAndProofingMakeNoFormat() throws {
    let (texts, _) = try shouted(
      "<w:p>\(run("A ", "<w:lang w:val=\"en\"/>"))\(run("dog", "<w:noProof/>"))\(run(" runs"))</w:p>")
    #expect(texts == ["A dog runs"])
  }

  @Test func linksInsertionsAndMarksAreTags() throws {
    let link = "<w:hyperlink r:id=\"1\">\(run("this page"))</w:hyperlink>"
    let body = "<w:p>\(run("See "))\(link)<w:bookmarkStart w:id=\"0\"/>\(run(" now"))<w:bookmarkEnd w:id=\"0\"/></w:p>"
    let (texts, written) = try shouted(body)
    #expect(texts == ["See <m0>this page</m0><img id=\"1\"> now"])
    #expect(
      written
        == body.replacing("See", with: "SEE").replacing("this page", with: "THIS PAGE").replacing("now", with: "NOW"))
  }

  @Test func deletedTextIsUntouched() throws {
    let deleted = "<w:del w:id=\"1\"><w:r><w:delText>old</w:delText></w:r></w:del>"
    let (texts, body) = try shouted(
      "<w:p>\(run("A "))\(deleted)<w:ins w:id=\"2\">\(run("new"))</w:ins>\(run(" dog"))</w:p>")
    #expect(texts == ["A <img id=\"0\"><m1>new</m1> dog"])
    #expect(body == "<w:p>\(run("A "))\(deleted)<w:ins w:id=\"2\">\(run("NEW"))</w:ins>\(run(" DOG"))</w:p>")
  }

  private func field(_ code: String, _ result: String) -> String {
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> \(code) </w:instrText></w:r>"
      + "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>\(run(result))<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
  }

  @Test func resultOfAFieldIsUntouched() throws {
    let (texts, body) = try shouted("<w:p>\(run("See "))\(field("REF a", "Figure 1"))\(run(" and run"))</w:p>")
    #expect(texts == ["See <m0 translate=\"no\">Figure 1</m0> and run"])
    #expect(body == "<w:p>\(run("SEE "))\(field("REF a", "Figure 1"))\(run(" AND RUN"))</w:p>")
    let simple = "<w:fldSimple w:instr=\"PAGE\">\(run("one"))</w:fldSimple>"
    #expect(try shouted("<w:p>\(run("Page "))\(simple)</w:p>").body == "<w:p>\(run("PAGE "))\(simple)</w:p>")
  }

  @Test func textOfALinkThatIsAFieldIsTranslated() throws {
    let (texts, body) = try shouted(
      "<w:p>\(run("See "))\(field("HYPERLINK \"http://a.example\"", "here"))\(run(" now"))</w:p>")
    #expect(texts == ["See <m0>here</m0> now"])
    #expect(body.contains(run("HERE")))
    #expect(body.contains("HYPERLINK \"http://a.example\""))
  }

  @Test func fieldOverParagraphsKeepsItsMarks() throws {
    let begin = "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
    let end = "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    let body = "<w:p>\(begin)\(run("One"))</w:p><w:p>\(run("Two"))\(end)</w:p>"
    #expect(try shouted(body).body == body.replacing("One", with: "ONE").replacing("Two", with: "TWO"))
  }

  @Test func breaksAndTabsEndSentences() throws {
    let body = "<w:p><w:r><w:t>Name</w:t><w:tab/><w:t>John</w:t><w:br/><w:t>Age</w:t></w:r></w:p>"
    let (texts, written) = try shouted(body)
    #expect(texts == ["Name<br id=\"0\">John<br id=\"1\">Age"])
    #expect(
      written == "<w:p>\(run("NAME"))<w:r><w:tab/></w:r>\(run("JOHN"))<w:r><w:br/></w:r>\(run("AGE"))</w:p>")
  }

  @Test func textOfAShapeWithinAParagraphIsTranslated() throws {
    let shape =
      "<w:r><w:pict><v:textbox><w:txbxContent><w:p>\(run("inside"))</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    let (texts, body) = try shouted("<w:p>\(run("Before "))\(shape)\(run(" after"))</w:p>")
    #expect(texts == ["Before <img id=\"0\"> after", "inside"])
    #expect(body == "<w:p>\(run("BEFORE "))\(shape.replacing("inside", with: "INSIDE"))\(run(" AFTER"))</w:p>")
    #expect(try shouted("<w:p>\(shape)</w:p>").texts == ["inside"])
    #expect(try shouted("<w:p>\(shape)\(run("after"))</w:p>").texts == ["inside", "after"])
    #expect(try shouted("<w:p>\(run("before"))\(shape)</w:p>").texts == ["before", "inside"])
  }

  @Test func headersNotesAndCommentsAreTranslated() throws {
    let part = "<w:x \(OfficePackages.word)><w:p>\(run("text"))</w:p></w:x>"
    let names = ["header1", "footer2", "footnotes", "endnotes", "comments"]
    let file = OfficePackages.docx(
      "<w:p>\(run("body"))</w:p>",
      names.map { ("word/\($0).xml", part) } + [("word/styles.xml", part), ("word/media/a.png", "x")])
    let document = try DocumentFormat.wordDocument.read(file)
    #expect(document.texts.map(\.text) == ["body", "text", "text", "text", "text", "text"])
    let written = try document.written(document.texts.map { $0.text.uppercased() })
    for name in names { #expect(try OfficePackages.content(written, "word/\(name).xml").contains("TEXT")) }
    #expect(try OfficePackages.content(written, "word/styles.xml") == part)
  }

  @Test func otherPrefixesAreRead() throws {
    let xml =
      "<x:document xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><x:p><x:r><x:t>dog</x:t></x:r></x:p></x:document>"
    let file = OfficePackages.archive([("word/document.xml", xml)])
    #expect(try OfficePackages.shouted(.wordDocument, file).body == xml.replacing("dog", with: "DOG"))
  }

  @Test func formulasAndSymbolsAreUntouched() throws {
    let math = "<m:oMath xmlns:m=\"m\"><m:r><m:t>x = y</m:t></m:r></m:oMath>"
    let symbol = "<w:r><w:sym w:char=\"F0\"/></w:r>"
    let (texts, body) = try shouted("<w:p>\(run("Let "))\(math)\(symbol)\(run(" be"))</w:p>")
    #expect(texts == ["Let <img id=\"0\"><img id=\"1\"> be"])
    #expect(body == "<w:p>\(run("LET "))\(math)\(symbol)\(run(" BE"))</w:p>")
  }

  @Test func contentControlKeepsItsHead() throws {
    let control = "<w:sdt><w:sdtPr><w:id/></w:sdtPr><w:sdtContent>\(run("name"))</w:sdtContent></w:sdt>"
    let (texts, body) = try shouted("<w:p>\(run("My "))\(control)\(run(" here"))</w:p>")
    #expect(texts == ["My <m0><m1>name</m1></m0> here"])
    #expect(body == "<w:p>\(run("MY "))\(control.replacing("name", with: "NAME"))\(run(" HERE"))</w:p>")
  }

  @Test func paragraphsWithoutWordsAreUntouched() throws {
    let body = "<w:p/><w:p><w:r/></w:p><w:p>\(run("12"))</w:p><w:p><w:r><w:drawing/></w:r></w:p>"
    #expect(try shouted(body).texts.isEmpty)
  }
}
