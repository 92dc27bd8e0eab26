import Documents
import Testing

/// Tests of the texts of SubStation Alpha. Each file is its own translation; the texts in capitals are compared.
struct SubStationTests {
  private func shouted(_ text: String) throws -> String {
    let head = "[Script Info]\nTitle: A film\n\n[Events]\n"
    let file = head + "Dialogue: 0,0:00:01.00,0:00:02.00,Default,Mary,0,0,0,,\(text)\n"
    let document = try DocumentFormat.subStation.read(file)
    #expect(try document.writtenText(document.texts.map(\.text)) == file)
    let written = try Shouting.translated(.subStation, file)
    let start = try #require(written.firstRange(of: "0,0,0,,"))
    #expect(written[..<start.upperBound] == file[..<start.upperBound])
    return String(written[start.upperBound...].dropLast())
  }

  @Test(
    arguments: [
      (#"Hello"#, #"HELLO"#), (#"{\i1}One{\i0} dog"#, #"{\i1}ONE{\i0} DOG"#), (#"One\Nline"#, #"ONE\NLINE"#),
      (#"{\pos(10,20)}A sign"#, #"{\pos(10,20)}A SIGN"#), (#"Well, yes, no"#, #"WELL, YES, NO"#),
      (#"{\an8}{\fad(100,200)}Far away"#, #"{\an8}{\fad(100,200)}FAR AWAY"#),
      (#"- One.\N- Two."#, #"- ONE.\N- TWO."#), (#"MARY: Hi.\NJOHN: Bye."#, #"MARY: HI.\NJOHN: BYE."#),
      (#"{\p1}m 0 0 l 100 0{\p0}"#, #"{\p1}m 0 0 l 100 0{\p0}"#), (#"{note}Text"#, #"{note}TEXT"#),
      (#"{\b1}All bold{\b0}"#, #"{\b1}ALL BOLD{\b0}"#), (#"{\c&H00FF00&}Green"#, #"{\c&H00FF00&}GREEN"#),
      (#"12:30"#, #"12:30"#), (#"..."#, #"..."#), (#""#, #""#),
    ] as [(String, String)])
  func dialogueKeepsItsCodes(text: String, expected: String) throws { #expect(try shouted(text) == expected) }

  @Test func lineThatEndsASentenceKeepsItsWords() throws {
    let file = "[Events]\nDialogue: 0,0,0,Default,,0,0,0,,{\\i1}I love you,{\\i0} she said.\\NAnd then\\Nshe left.\n"
    let texts = try DocumentFormat.subStation.read(file).texts.map(\.text)
    #expect(texts == ["<m0>I love you,</m0> she said.", "And then she left."])
  }

  @Test func linesOutsideOfEventsAreNoText() throws {
    let styles = "[V4+ Styles]\nDialogue: 0,0,0,0,0,0,0,0,0,words\n[Fonts]\nDialogue: a\n"
    let file = styles + "[Events]\nComment: 0,,,,,,,,,words\n"
    #expect(try DocumentFormat.subStation.read(file).texts.isEmpty)
  }

  @Test func formatLineCountsTheFields() throws {
    let file = "[Events]\nFormat: Start, End, Text\nDialogue: 1,2,Hello, you\n"
    #expect(try DocumentFormat.subStation.read(file).texts.map(\.text) == ["Hello, you"])
  }
}
