import Documents
import Testing

/// Tests of localization interchange files.
struct XLIFFTests {
  private func shouted(_ file: String, _ ending: String) throws -> String {
    try Shouting.translated(try #require(DocumentFormat(fileName: "a." + ending)), file)
  }

  @Test(
    arguments: [
      (
        "<trans-unit id=\"1\">\n  <source>A <g id=\"1\">red</g> dog</source>\n</trans-unit>",
        "<trans-unit id=\"1\">\n  <source>A <g id=\"1\">red</g> dog</source>\n  <target state=\"translated\">A <g id=\"1\">RED</g> DOG</target>\n</trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><target/></trans-unit>",
        "<trans-unit><source>a</source><target state=\"translated\">A</target></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><target state=\"new\">a</target></trans-unit>",
        "<trans-unit><source>a</source><target state=\"translated\">A</target></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><target>x</target></trans-unit>",
        "<trans-unit><source>a</source><target>x</target></trans-unit>"
      ),
      (
        "<trans-unit translate=\"no\"><source>a</source></trans-unit>",
        "<trans-unit translate=\"no\"><source>a</source></trans-unit>"
      ),
      (
        "<group translate=\"no\"><trans-unit><source>a</source></trans-unit></group><trans-unit><source>b</source></trans-unit>",
        "<group translate=\"no\"><trans-unit><source>a</source></trans-unit></group><trans-unit><source>b</source><target state=\"translated\">B</target></trans-unit>"
      ),
      (
        "<trans-unit><source>a &amp; b<x id=\"1\"/> c <ph id=\"2\">&lt;br></ph></source></trans-unit>",
        "<trans-unit><source>a &amp; b<x id=\"1\"/> c <ph id=\"2\">&lt;br></ph></source>"
          + "<target state=\"translated\">A &amp; B<x id=\"1\"/> C <ph id=\"2\">&lt;br></ph></target></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><alt-trans><source>z</source><target>y</target></alt-trans></trans-unit>",
        "<trans-unit><source>a</source><target state=\"translated\">A</target><alt-trans><source>z</source><target>y</target></alt-trans></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><seg-source><mrk>a</mrk></seg-source></trans-unit>",
        "<trans-unit><source>a</source><seg-source><mrk>a</mrk></seg-source><target state=\"translated\">A</target></trans-unit>"
      ),
      (
        "<unit><segment state=\"initial\"><source>a <pc id=\"1\">b</pc></source><target>q</target></segment></unit>",
        "<unit><segment state=\"translated\"><source>a <pc id=\"1\">b</pc></source><target>A <pc id=\"1\">B</pc></target></segment></unit>"
      ),
      (
        "<unit><segment><source>a</source></segment></unit>",
        "<unit><segment state=\"translated\"><source>a</source><target>A</target></segment></unit>"
      ),
      ("<trans-unit><source>12</source></trans-unit>", "<trans-unit><source>12</source></trans-unit>"),
      (
        "<trans-unit><source><![CDATA[a < b]]></source></trans-unit>",
        "<trans-unit><source><![CDATA[a < b]]></source><target state=\"translated\">A &lt; B</target></trans-unit>"
      ),
    ] as [(String, String)])
  func unitWithoutATranslationGetsOne(file: String, expected: String) throws {
    #expect(try shouted(file, "xlf") == expected)
    #expect(try shouted(file, "xliff") == expected)
  }

  // MARK: States

  @Test(
    arguments: [
      "new", "needs-translation",
    ])
  func stateOfATranslatedTargetSaysSo(state: String) throws {
    let source = "<trans-unit><source>a</source>"
    #expect(
      try shouted("\(source)<target state=\"\(state)\" xml:lang='pt'>a</target></trans-unit>", "xlf")
        == "\(source)<target state=\"translated\" xml:lang='pt'>A</target></trans-unit>")
    #expect(
      try shouted("\(source)<target state-qualifier=\"tm-suggestion\" state='\(state)'/></trans-unit>", "xlf")
        == "\(source)<target state=\"translated\">A</target></trans-unit>")
    #expect(
      try shouted("\(source)<target xml:lang=\"pt\" /></trans-unit>", "xlf")
        == "\(source)<target xml:lang=\"pt\" state=\"translated\">A</target></trans-unit>")
  }

  @Test(arguments: ["", " state=\"initial\"", "\n    state = 'initial'", " state=\"initial\" subState=\"my:x\""])
  func stateOfATranslatedSegmentSaysSo(state: String) throws {
    let expected = "<unit><segment id=\"1\" state=\"translated\"><source>a</source><target>A</target></segment></unit>"
    for target in ["", "<target/>", "<target></target>", "<target>\n</target>"] {
      let file = "<unit><segment id=\"1\"\(state)><source>a</source>\(target)</segment></unit>"
      #expect(try shouted(file, "xliff") == expected)
    }
  }

  @Test(
    arguments: [
      "<trans-unit><source>a</source><target state=\"final\">x</target></trans-unit>",
      "<trans-unit><source>a</source><target state=\"needs-review-translation\">x</target></trans-unit>",
      "<trans-unit translate=\"no\"><source>a</source><target state=\"new\">x</target></trans-unit>",
      "<unit><segment state=\"reviewed\" subState=\"my:x\"><source>a</source><target>x</target></segment></unit>",
      "<unit><segment state=\"initial\"><source>12</source></segment></unit>",
      "<unit><ignorable><source>a</source></ignorable></unit>",
    ])
  func stateOfOtherTargetsIsKept(file: String) throws {
    #expect(try shouted(file, "xliff") == file)
  }

  @Test(arguments: ["xlf", "xliff"]) func translatedFileHasNothingToTranslate(ending: String) throws {
    let file = """
      <file><trans-unit><source>a</source></trans-unit><trans-unit><source>b</source><target state="new"/></trans-unit>
      <unit><segment><source>c</source></segment><segment state="initial"><source>d</source></segment></unit></file>
      """
    let written = try shouted(file, ending)
    #expect(try DocumentFormat.xliff.read(written).texts.isEmpty)
    #expect(written.count(of: "translated") == 4)
  }
}

extension String {
  fileprivate func count(of word: String) -> Int { ranges(of: word).count }
}
