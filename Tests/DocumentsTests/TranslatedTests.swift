import Documents
import Testing

/// Tests of translated files. The translation of a text is the text in capitals, with its tags unchanged.
struct TranslatedTests {
  @Test func subRipKeepsTimesLinesAndMarks() throws {
    let file = """
      12
      00:00:01,000 --> 00:00:02,500
      {\\an8}<i>Where is the red
      house of <b>Mary</b> & John?</i>

      13
      00:00:03,000 --> 00:00:04,000
      - Here.
      - No, there!
      """
    #expect(
      try Shouting.translated(.subRip, file) == """
        12
        00:00:01,000 --> 00:00:02,500
        {\\an8}<i>WHERE IS THE RED HOUSE
        OF <b>MARY</b> & JOHN?</i>

        13
        00:00:03,000 --> 00:00:04,000
        - HERE.
        - NO, THERE!
        """)
  }

  @Test func linesOfACueAreOneText() throws {
    let document = try DocumentFormat.subRip.read("1\n00:00:01,000 --> 00:00:02,500\nOne line\nand another\n")
    #expect(document.texts.map(\.text) == ["One line and another"])
    #expect(
      try document.writtenText(["Une ligne et puis une autre"])
        == "1\n00:00:01,000 --> 00:00:02,500\nUne ligne et\npuis une autre\n")
  }

  @Test func webVTTKeepsHeaderNotesAndSettings() throws {
    let file = """
      WEBVTT

      NOTE one
      two

      STYLE
      ::cue { color: red }

      intro
      00:01.000 --> 00:02.000 align:start position:10%
      <v Mary>Fish &amp; chips <00:01.500>for <c.big>two</c> <3
      """
    #expect(
      try Shouting.translated(.webVTT, file) == """
        WEBVTT

        NOTE one
        two

        STYLE
        ::cue { color: red }

        intro
        00:01.000 --> 00:02.000 align:start position:10%
        <v Mary>FISH &amp; CHIPS <00:01.500>FOR <c.big>TWO</c> <3
        """)
    let plain = try DocumentFormat.webVTT.read("WEBVTT\n\n00:01.000 --> 00:02.000\nFish &amp; chips")
    #expect(plain.texts.map(\.text) == ["Fish & chips"])
    #expect(
      try plain.writtenText(["Poisson & <frites>"]) == "WEBVTT\n\n00:01.000 --> 00:02.000\nPoisson &amp; &lt;frites&gt;"
    )
  }

  @Test func markdownKeepsEverythingButItsText() throws {
    let file = """
      # A *heading* #

      Some **bold `code`** and a [link](http://a.example/x) to see, \\
      <https://b.example> done.

      - [x] item one
      1. item two

      > quoted

      ```
      code
      ```

      | a | b `\\|` |
      |---|:-:|
      | c | ![alt](d.png) |

      [ref]: http://a.example
      """
    #expect(
      try Shouting.translated(.markdown, file) == """
        # A *HEADING* #

        SOME **BOLD `code`** AND A [LINK](http://a.example/x) TO SEE, \\
        <https://b.example> DONE.

        - [x] ITEM ONE
        1. ITEM TWO

        > QUOTED

        ```
        code
        ```

        | A | B `\\|` |
        |---|:-:|
        | C | ![ALT](d.png) |

        [ref]: http://a.example
        """)
  }

  @Test func paragraphIsOneTextBrokenIntoLinesAgain() throws {
    let document = try DocumentFormat.markdown.read("> one two three\n> four five six\n\nnext\n")
    #expect(document.texts.map(\.text) == ["one two three four five six", "next"])
    #expect(
      try document.writtenText(["un deux trois quatre 5. - cinq six sept", "fin"])
        == "> un deux trois quatre 5. -\n> cinq six sept\n\nfin\n")
  }

  @Test(
    arguments: [
      ("Hi\nyou\nall\n", "Olá a todos vocês", "Olá a\ntodos\nvocês\n"),
      ("- Hi\n  you\n", "Boa tarde a todos", "- Boa tarde\n  a todos\n"),
      ("Hi\nyou\n", "Olá", "Olá\n"),
      (
        "> > > > > > > > > > > > > > > > > > > > one\n> > > > > > > > > > > > > > > > > > > > two\n",
        "um dois três quatro",
        "> > > > > > > > > > > > > > > > > > > > um dois três quatro\n"
      ),
      (
        "A line that was full when it was broken,\nat forty columns\n",
        "Uma linha que estava cheia quando foi quebrada em quarenta colunas da página",
        "Uma linha que estava cheia quando foi\nquebrada em quarenta colunas da página\n"
      ),
    ] as [(String, String, String)])
  func shortLinesAreAsManyAndFullLinesAsLong(file: String, translation: String, expected: String) throws {
    #expect(try DocumentFormat.markdown.read(file).writtenText([translation]) == expected)
  }

  @Test func linkDefinitionsAreUnchanged() throws {
    #expect(
      try Shouting.translated(.markdown, "[^1]: a note\n[ref]: http://a.example/x\n")
        == "[^1]: A NOTE\n[ref]: http://a.example/x\n")
  }

  @Test func codeIsMarkedAsUnchanged() throws {
    let document = try DocumentFormat.markdown.read("Run `a < b` or **see [this](x)**.")
    #expect(document.isMarkup)
    #expect(document.texts[0].text == "Run <code>`a &lt; b`</code> or <m1>see <m2>this</m2></m1>.")
  }

  @Test func allTextsAreMarkupIfOneIs() throws {
    let document = try DocumentFormat.markdown.read("Fish & chips\n\n**bold** text\n")
    #expect(document.texts.map(\.text) == ["Fish &amp; chips", "<m0>bold</m0> text"])
    #expect(
      try document.writtenText(["Poisson &amp; &lt;frites&gt;", "texte <m0>gras</m0>"])
        == "Poisson & <frites>\n\ntexte **gras**\n")
  }

  @Test func unpairedSignsAreText() throws {
    for plain in ["a * b * c", "snake_case_name", "a [bracket] b", "a < 6 > 4", "**open", "~one~", "a ] b [", "`x"] {
      let document = try DocumentFormat.markdown.read(plain)
      #expect(!document.isMarkup, "\(plain)")
      #expect(document.texts.map(\.text) == [plain])
    }
  }

  @Test func missingAndFuzzyMessagesAreTranslated() throws {
    let file = """
      # A translator's comment
      msgid ""
      msgstr ""
      "Language: fr\\n"

      #: a.c:1
      #, c-format
      msgid "Open \\"%s\\"\\n"
      msgstr ""

      msgid "Done"
      msgstr "Fini"

      #, fuzzy, c-format
      #| msgid "On file"
      msgid "One file"
      msgid_plural "%d files"
      msgstr[0] "Un"
      msgstr[1] "Des"

      #~ msgid "Old"
      #~ msgstr ""
      """
    #expect(
      try Shouting.translated(.portableObject, file) == """
        # A translator's comment
        msgid ""
        msgstr ""
        "Language: fr\\n"

        #: a.c:1
        #, c-format
        msgid "Open \\"%s\\"\\n"
        msgstr "OPEN \\"%S\\"\\n"

        msgid "Done"
        msgstr "Fini"

        #, c-format
        msgid "One file"
        msgid_plural "%d files"
        msgstr[0] "ONE FILE"
        msgstr[1] "%D FILES"

        #~ msgid "Old"
        #~ msgstr ""
        """)
  }

  @Test func longMessagesAreWrappedLikeGettext() throws {
    let words = (1...20).map { "number \($0)" }.joined(separator: ", ")
    let file = "msgid \"x\"\nmsgstr \"\"\n"
    let written = try DocumentFormat.portableObject.read(file).writtenText([words + "\nsecond\ttab"])
    let lines = written.split(separator: "\n").dropFirst()
    #expect(lines.first == "msgstr \"\"")
    #expect(lines.allSatisfy { $0.count <= 79 })
    #expect(lines.last == "\"second\\ttab\"")
    #expect(try DocumentFormat.portableObject.read(written).texts.isEmpty)
  }

  @Test(
    arguments: [
      ("a.TXT", DocumentFormat.plainText), ("a.b.srt", .subRip), ("x.po", .portableObject), ("r.md", .markdown),
    ] as [(String, DocumentFormat)])
  func formatIsFoundByFileName(name: String, format: DocumentFormat) {
    #expect(DocumentFormat(fileName: name) == format)
  }

  @Test(arguments: ["", "txt", "a.exe", "a.", "a.txt.gz"]) func otherFileNamesHaveNoFormat(name: String) {
    #expect(DocumentFormat(fileName: name) == nil)
  }
}
