import Testing

@testable import Translation

@Suite struct SentenceSplitterTests {
  private func pieces(_ text: String) -> [String] { SentenceSplitter(language: "en").split(text).pieces }

  @Test(arguments: [
    ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
    ("A line\nanother\r\n\r\nand a third", ["A line", "another", "and a third"]),
    ("He said \"Stop.\" Then he left.", ["He said \"Stop.\"", "Then he left."]),
    ("(It rained.) We stayed.", ["(It rained.)", "We stayed."]),
    ("“Where?” “There!” ‘Fine.’ Good", ["“Where?”", "“There!”", "‘Fine.’", "Good"]),
    ("What?! No way!!! Really...", ["What?!", "No way!!!", "Really..."]),
    ("¿Qué? ¡No! ¿Por qué?", ["¿Qué?", "¡No!", "¿Por qué?"]),
    ("« Bonjour ! » Il part. Ça va ?", ["« Bonjour ! »", "Il part.", "Ça va ?"]),
    ("今日は。元気？はい！", ["今日は。", "元気？", "はい！"]),
    ("「行こう。」と言った。「はい。」「では。」", ["「行こう。」と言った。", "「はい。」", "「では。」"]),
    ("यह एक है। यह दो है।", ["यह एक है।", "यह दो है।"]),
    ("هل أنت هنا؟ نعم.", ["هل أنت هنا؟", "نعم."]),
    ("hello! how are you? fine", ["hello!", "how are you?", "fine"]),
    ("He works at Apple Inc. He likes it.", ["He works at Apple Inc.", "He likes it."]),
    ("It closes at 5 p.m. The shop opens at 9.", ["It closes at 5 p.m.", "The shop opens at 9."]),
    ("It ended. 4:30 is the time.", ["It ended.", "4:30 is the time."]),
  ])
  func splits(_ text: String, _ expected: [String]) {
    #expect(pieces(text) == expected)
  }

  @Test(arguments: [
    "Mr. Smith met Dr. Jones and Mrs. Brown.",
    "It costs 3.14 dollars, or 1.000,50 euros.",
    "See e.g. Paris, i.e. the capital.",
    "J. K. Rowling and J.R.R. Tolkien wrote.",
    "The U.S. Army is large.",
    "Well... maybe so.",
    "Well… maybe so.",
    "Visit www.example.com for v1.2.3 of it.",
    "See No. 5, Fig. 3 and pp. 10.",
    "\"Yes!\" he said.",
    "« Oui ! » dit-il.",
    "1. Buy milk",
    "12. Buy bread",
    "Apples, pears, etc. are fruit.",
    "Martin Luther King Jr. Day is in January.",
    "Apple Inc. CEO Tim Cook spoke to Dow Corp. Friday.",
    "He came at 5 p.m. Monday and left at 6 a.m. Tuesday.",
    "John Smith Sr. and Acme Ltd. Chairman Bob met.",
    "Be glad (Phil. 4:8) and Gen. 1:1 too.",
    "A man with a dog",
    "...and then?",
  ])
  func keepsTogether(_ text: String) {
    #expect(pieces(text) == [text])
  }

  @Test(arguments: [
    ("I said no. She left.", ["I said no.", "She left."]),
    ("So do I. He left.", ["So do I.", "He left."]),
    ("In 1990. Then", ["In 1990.", "Then"]),
    ("Fruit etc. The rest", ["Fruit etc.", "The rest"]),
    ("Ends at 5 p.m. Come early.", ["Ends at 5 p.m.", "Come early."]),
    ("He slept... Then he woke.", ["He slept...", "Then he woke."]),
    ("Mr.\nSmith", ["Mr.", "Smith"]),
  ])
  func splitsAfterWordsThatLookLikeAbbreviations(_ text: String, _ expected: [String]) {
    #expect(pieces(text) == expected)
  }

  @Test func whiteSpaceIsInTheGaps() {
    let split = SentenceSplitter().split("  One.\u{00A0} Two.\r\n\r\n\tThree \n")
    #expect(split.pieces == ["One.", "Two.", "Three"])
    #expect(split.gaps == ["  ", "\u{00A0} ", "\r\n\r\n\t", " \n"])
  }

  @Test(arguments: ["", " ", "\n", " \t\r\n\u{2028}\u{3000}"])
  func whiteSpaceAloneHasNoPieces(_ text: String) {
    let split = SentenceSplitter().split(text)
    #expect(split.pieces.isEmpty)
    #expect(split.gaps == [text])
  }

  @Test func joinedPiecesAreTheText() {
    let alphabet = [
      "a", "B", ".", "!", "?", "…", " ", "\n", "\r\n", "\u{A0}", "»", "«", "\"", "(", ")", "1", "Mr", "。", "」", "é",
      "e\u{301}", "👩‍👩‍👧", "\u{FEFF}", "\0", "\u{200B}", "\t",
    ]
    var state: UInt64 = 42
    for _ in 0..<1_000 {
      var text = ""
      for _ in 0..<20 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += alphabet[Int(state >> 33) % alphabet.count]
      }
      let split = SentenceSplitter().split(text)
      #expect(Array(split.joining(split.pieces).utf8) == Array(text.utf8))
      for piece in split.pieces {
        let ends = [piece.unicodeScalars.first, piece.unicodeScalars.last].compactMap { $0 }
        #expect(ends.count == 2 && ends.allSatisfy { !$0.properties.isWhitespace })
      }
    }
  }

  @Test(arguments: [". ", "a", " ", "\"", "A.", "« ! » ", "((", ".\n", "1."])
  func longRunsAreHandled(_ unit: String) {
    let text = String(repeating: unit, count: 30_000)
    let split = SentenceSplitter().split(text)
    #expect(split.joining(split.pieces) == text)
  }

  @Test func separatorIsBetweenTouchingPiecesOnly() {
    let split = SentenceSplitter().split("今日は。元気？ はい！")
    #expect(split.joining(["Hello.", "Well?", "Yes!"], separator: " ") == "Hello. Well? Yes!")
    #expect(split.joining(["Hello.", "Well?", "Yes!"]) == "Hello.Well? Yes!")
  }

  @Test(arguments: [
    ("A dog runs.<br />Two men talk.", ["A dog runs.", "Two men talk."], ["", "<br />", ""]),
    (
      "Where to?<br>- Home!<BR/> <br/>\"Yes.\"<br />Good", ["Where to?", "- Home!", "\"Yes.\"", "Good"],
      ["", "<br>", "<BR/> <br/>", "<br />", ""]
    ),
    ("The end.<br />", ["The end."], ["", "<br />"]),
    ("A dog runs<br />in the snow.", ["A dog runs<br />in the snow."], ["", ""]),
    ("Mr.<br />Smith", ["Mr.<br />Smith"], ["", ""]),
    ("It ended...<br />and began", ["It ended...<br />and began"], ["", ""]),
    ("See it.<b>Now</b>", ["See it.<b>Now</b>"], ["", ""]),
  ])
  func lineBreaksOfMarkupAreBetweenSentences(_ text: String, _ pieces: [String], _ gaps: [String]) {
    let split = SentenceSplitter(language: "en").split(Passage(text: text).protectingMarkup()).text
    #expect(split.pieces == pieces)
    #expect(split.gaps == gaps)
  }

  @Test func columnsAreSeparatePieces() {
    let split = SentenceSplitter().split("Name:\tA dog\nPrice    12 euros  each")
    #expect(split.pieces == ["Name:", "A dog", "Price", "12 euros  each"])
    #expect(split.gaps == ["", "\t", "\n", "    ", ""])
  }

  @Test func invisibleCharactersStayOutsideThePieces() {
    let split = SentenceSplitter().split("\u{FEFF}\u{200F}One.\u{200B}\u{200D} Two\u{2069}\0")
    #expect(split.pieces == ["One.", "Two"])
    #expect(split.gaps == ["\u{FEFF}\u{200F}", "\u{200B}\u{200D} ", "\u{2069}\0"])
  }

  @Test(arguments: ["1. Buy milk", "2.1. The rules", "a. First", "IV. Kings"])
  func listNumbersStayWithTheirSentence(_ text: String) {
    #expect(pieces("Before:\n" + text) == ["Before:", text])
  }
}
