import Documents
import Testing

/// Tests of subtitles as people write them: what is a cue, a line, and a speaker.
struct SubtitleTests {
  private static let times = "00:00:01,000 --> 00:00:02,500"

  private func texts(_ format: DocumentFormat, _ file: String) throws -> [String] {
    let document = try format.read(file)
    #expect(try document.writtenText(document.texts.map(\.text)) == file)
    return document.texts.map(\.text)
  }

  /// The texts of one cue of SubRip.
  private func cue(_ text: String) throws -> [String] { try texts(.subRip, "1\n\(Self.times)\n\(text)\n") }

  // MARK: Cues

  @Test(arguments: [
    "00:00:01,000 --> 00:00:02,500", "00:00:01.000 --> 00:00:02.500", "0:0:1,0 --> 0:0:2,5",
    "00:00:01,000 -> 00:00:02,500", "00:00:01,000 → 00:00:02,500",
    "00:00:01,000-->00:00:02,500", "  00:00:01,000 --> 00:00:02,500", "00:00:01,000 --> 00:00:02,500 X1:40 X2:600",
    "-00:00:01,000 --> 00:00:02,500",
  ])
  func timesNeverReachTheModel(times: String) throws {
    #expect(try texts(.subRip, "1\n\(times)\nHello\n2\n\(times)\nBye\n") == ["Hello", "Bye"])
  }

  @Test func cueBeginsWithoutABlankLineBeforeIt() throws {
    let file = "1\n\(Self.times)\nOne dog\n2\n\(Self.times)\nTwo dogs\nand a cat\n\(Self.times)\nNo number\n"
    #expect(try texts(.subRip, file) == ["One dog", "Two dogs and a cat", "No number"])
    let windows = file.replacing("\n", with: "\r\n")
    #expect(try texts(.subRip, windows) == ["One dog", "Two dogs and a cat", "No number"])
  }

  @Test func numberApartFromItsTimesIsNoText() throws {
    #expect(try texts(.subRip, "1\n\n\(Self.times)\nHello\n\n2\n\n\(Self.times)\nBye\n3\n\n") == ["Hello", "Bye 3"])
    #expect(try texts(.subRip, "1\n\(Self.times)\nHello\n2\n\n\(Self.times)\nBye\n") == ["Hello", "Bye"])
  }

  @Test func blankLineWithinACueKeepsItsText() throws {
    #expect(
      try texts(.subRip, "1\n\(Self.times)\nHello\n\nand bye\n\n2\n\(Self.times)\nNext\n") == [
        "Hello", "and bye", "Next",
      ])
    #expect(try texts(.subRip, "1\n\(Self.times)\n\nHello\n \nBye\n") == ["Hello", "Bye"])
  }

  @Test func blankLineEndsACueOfWebVTT() throws {
    #expect(try texts(.webVTT, "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n\nstray\n") == ["Hello"])
  }

  @Test func cueOfWebVTTBeginsWithoutABlankLineBeforeIt() throws {
    let file = "WEBVTT\n00:01.000 --> 00:02.000\nHello\n00:03.000 --> 00:04.000 line:0\nBye\n"
    #expect(try texts(.webVTT, file) == ["Hello", "Bye"])
  }

  /// The specification ends a comment at a blank line and at the times of a cue.
  @Test(
    arguments: [
      ("NOTE\n00:01.000 --> 00:02.000\nHello\n", ["Hello"]),
      ("NOTE a remark\n00:01.000 --> 00:02.000\nHello\n", ["Hello"]),
      ("NOTE a remark\nover lines\n1\n00:01.000 --> 00:02.000\nHello\n", ["Hello"]),
      ("NOTE a remark\n\n00:01.000 --> 00:02.000\nHello\n", ["Hello"]),
      ("NOTE\n00:01.000 --> 00:02.000\nHello\n\nNOTE\n00:03.000 --> 00:04.000\nBye\n", ["Hello", "Bye"]),
      ("STYLE\n::cue { color: red }\n00:01.000 --> 00:02.000\nHello\n", ["Hello"]),
      ("NOTE this --> that\nis no cue\n", []), ("NOTE\nfrom 00:01 to 00:02\n", []),
      ("NOTE a remark\nHello\n\n00:01.000 --> 00:02.000\nBye\n", ["Bye"]),
      ("00:01.000 --> 00:02.000\nNOTE\nHello\n", ["NOTE Hello"]),
    ] as [(String, [String])])
  func cueDirectlyBelowACommentIsText(blocks: String, expected: [String]) throws {
    #expect(try texts(.webVTT, "WEBVTT\n\n" + blocks) == expected)
    #expect(try texts(.webVTT, ("WEBVTT\n\n" + blocks).replacing("\n", with: "\r\n")) == expected)
  }

  @Test(arguments: ["1985", "42", "...", "♪", "5, 4, 3", "– –", "-"]) func cueWithoutWordsIsNoText(text: String) throws
  {
    #expect(try cue(text).isEmpty)
  }

  @Test func timesWithinASentenceAreText() throws {
    #expect(try cue("See you at 10:30 --> here") == ["See you at 10:30 --> here"])
  }

  // MARK: Lines

  @Test(arguments: ["<br>", "<br/>", "<br />", "<BR>", "\\N", "\n", "<br>\n", "<br><br>"])
  func lineBreakOfACueIsKept(lineBreak: String) throws {
    let file = "1\n\(Self.times)\nOne line\(lineBreak)and another\n"
    let document = try DocumentFormat.subRip.read(file)
    #expect(document.texts.map(\.text) == ["One line and another"])
    #expect(try document.writtenText(["Uma linha e outra"]) == "1\n\(Self.times)\nUma linha\(lineBreak)e outra\n")
    #expect(try document.writtenText(["Linha"]) == "1\n\(Self.times)\nLinha\n")
  }

  @Test func lineBreaksOfSeveralKindsAreKeptInTheirOrder() throws {
    let document = try DocumentFormat.webVTT.read("WEBVTT\n\n00:01.000 --> 00:02.000\none<br>two\nthree")
    #expect(document.texts.map(\.text) == ["one two three"])
    #expect(try document.writtenText(["um dois tres"]).hasSuffix("\num<br>dois\ntres"))
  }

  // MARK: Speakers

  @Test(arguments: [
    "- Here.\n- There.", "-Here.\n-There.", "– Here.\n– There.", "— Here.\n— There.", ">> Here.\n>> There.",
    "<i>- Here.</i>\n<i>- There.</i>", "{\\an8}- Here.\n- There.", "‐ Here.\n‐There.", "- \"Here.\n- There.",
  ])
  func dashBeginsAText(text: String) throws {
    let texts = try cue(text)
    #expect(texts.count == 2)
    #expect(texts.first?.hasSuffix("Here.") == true)
    #expect(texts.last == "There.")
  }

  @Test(arguments: [
    "MARY: Here.\nJOHN: There.", "Mary: Here.\nJohn Smith: There.", "[Mary] Here.\n[John] There.",
    "MAN #1: Here.\nMAN #2: There.", "(MARY) Here.\n(JOHN) There.", "MARY: Here.\n<i>JOHN: There.</i>",
  ])
  func nameOfASpeakerBeginsAText(text: String) throws { #expect(try cue(text).count == 2) }

  @Test(arguments: [
    "He said\nthis: go", "I have two\nthings: a dog", "Wait -\nwhat", "one of the\nBig Bad Old Wolves: them",
    "He waited\n-5 degrees", "the time\nis 10: ten",
  ])
  func otherLinesAreOneText(text: String) throws { #expect(try cue(text).count == 1) }

  @Test func voicesOfWebVTTAreTexts() throws {
    let file = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mary>Hello\n<v John>Hi &amp; bye</v>\n"
    #expect(try texts(.webVTT, file) == ["Hello", "Hi & bye"])
  }

  @Test func speakersKeepTheirLines() throws {
    let file = "1\n\(Self.times)\nMARY: Where is\nthe red dog now?\nJOHN: Here.\n"
    #expect(
      try Shouting.translated(.subRip, file) == "1\n\(Self.times)\nMARY: WHERE IS\nTHE RED DOG NOW?\nJOHN: HERE.\n")
  }

  @Test(arguments: [
    ("Did you see it?\nIt ran away.", ["Did you see it?", "It ran away."]),
    ("<i>It is late.\nGo home!</i>", ["It is late.", "Go home!"]),
    ("I was there...\n\"Really?\" he said.", ["I was there...", "\"Really?\" he said."]),
    ("It was\na dog.\nIt ran.", ["It was a dog.", "It ran."]),
    ("I saw Mr.\nSmith.", ["I saw Mr. Smith."]), ("at 5 p.m.\nMonday", ["at 5 p.m. Monday"]),
    ("Wait...\nuntil he comes.", ["Wait... until he comes."]), ("The Mary\nAnn sails.", ["The Mary Ann sails."]),
  ])
  func lineThatEndsASentenceKeepsItsWords(text: String, expected: [String]) throws {
    #expect(try cue(text) == expected)
  }

  @Test(arguments: [
    ("<i>A dog</i> ran", ["<m0>A dog</m0> ran"]), ("We saw <i>a dog</i>", ["We saw <m0>a dog</m0>"]),
    ("<i>A dog ran</i>", ["A dog ran"]), ("<b><i>A dog</i> ran</b>", ["<m0>A dog</m0> ran"]),
    ("<b>We <i>saw a dog</i></b>", ["We <m0>saw a dog</m0>"]),
    ("<i>A</i> dog and <b>a cat</b>", ["<m0>A</m0> dog and <m2>a cat</m2>"]),
    ("- <i>A dog</i> ran", ["<m0>A dog</m0> ran"]), ("{\\an8}{\\i1}A dog{\\i0} ran", ["<m0>A dog</m0> ran"]),
    ("<i>A dog</i>\n<i>ran home</i>", ["<m0>A dog</m0> <m2>ran home</m2>"]),
    ("<i>A <b>dog</i> ran</b>", ["<m0>A <img id=\"1\">dog</m0> ran"]), ("A dog</i> ran", ["A dog<img id=\"0\"> ran"]),
  ])
  func marksOfAPairAreBothInTheTextOrBothAroundIt(text: String, expected: [String]) throws {
    #expect(try cue(text) == expected)
  }

  @Test(arguments: [
    ("I can't believe it!\n[door slams]", ["I can't believe it!", "[door slams]"]),
    ("(music plays)\nhello to you", ["(music plays)", "hello to you"]),
    ("{\\an8}<i>[a dog\nbarks]</i>", ["[a dog barks]"]), ("we (all) go\nhome (now)", ["we (all) go home (now)"]),
  ])
  func soundInBracketsIsATextOfItsOwn(text: String, expected: [String]) throws { #expect(try cue(text) == expected) }

  @Test func readingOfAWordIsNoText() throws {
    let file = "WEBVTT\n\n00:01.000 --> 00:02.000\nI saw <ruby>Tokyo<rt>capital</rt></ruby> then\n"
    #expect(try texts(.webVTT, file) == ["I saw <m0>Tokyo<img id=\"1\"></m0> then"])
  }

  // MARK: Sentences over cues

  private func joined(_ file: String) throws -> Document {
    let document = try DocumentFormat.subRip.read(file, joinsCues: true)
    #expect(try document.writtenText(document.texts.map(\.text)) == file)
    return document
  }

  private func cues(_ texts: [String], pauseSeconds: Int = 1) -> String {
    texts.enumerated().map { number, text in
      let start = number * (2 + pauseSeconds)
      return "\(number + 1)\n00:00:\(start + 10),000 --> 00:00:\(start + 12),000\n\(text)\n\n"
    }.joined()
  }

  @Test func sentenceOverCuesIsOneText() throws {
    let file = cues(["The dog that I saw", "in the street", "was red.", "It ran."])
    let document = try joined(file)
    #expect(document.texts.map(\.text) == ["The dog that I saw in the street was red.", "It ran."])
    let written = try document.writtenText(["O cão que eu vi na rua era vermelho.", "Correu."])
    #expect(written == cues(["O cão que eu vi", "na rua era", "vermelho.", "Correu."]))
    #expect(try DocumentFormat.subRip.read(file).texts.count == 4)
  }

  @Test func divisionFollowsLengthsAndTimes() throws {
    let document = try joined(
      "1\n00:00:01,000 --> 00:00:02,000\none two\n\n2\n00:00:02,000 --> 00:00:08,000\nthree four five\nsix seven.\n")
    let written = try document.writtenText(["a1 b2 c3 d4 e5 f6 g7 h8 i9 j0"])
    #expect(written.contains("\na1 b2\n\n2\n00:00:02,000 --> 00:00:08,000\nc3 d4 e5 f6\ng7 h8 i9 j0\n"))
  }

  @Test(arguments: [
    ["One.", "two"], ["One", "- two"], ["<i>One</i>", "two"], ["One", "{\\an8}two"], ["One <b>x</b> y", "two"],
    ["One?", "two"],
  ])
  func otherCuesAreNotJoined(texts: [String]) throws { #expect(try joined(cues(texts)).texts.count == 2) }

  @Test func cuesFarApartAreNotJoined() throws {
    #expect(try joined(cues(["One", "two"], pauseSeconds: 3)).texts.count == 2)
    #expect(try joined(cues((0..<20).map { "word \($0) and" }, pauseSeconds: 0)).texts.count == 3)
  }

  @Test func fewWordsFillTheFirstCues() throws {
    #expect(try joined(cues(["The dog", "in the street", "is red."])).writtenText(["Sim"]).contains("\nSim\n"))
  }
}
