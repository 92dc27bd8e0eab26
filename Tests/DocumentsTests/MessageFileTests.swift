import Documents
import Testing

/// Tests of messages in JSON, and of dialogues of SubStation.
struct MessageFileTests {
  private func shouted(_ ending: String, _ file: String) throws -> String {
    try Shouting.translated(file, ending: ending)
  }

  @Test(
    arguments: [
      (#"{"a": "one", "b": {"c": "two"}}"#, #"{"a": "ONE", "b": {"c": "TWO"}}"#),
      (#"{"a":["x","y"],"n":1,"t":true,"z":null}"#, #"{"a":["X","Y"],"n":1,"t":true,"z":null}"#),
      (#"{"a": "say \"hi\"\n\tnow \\ \/ then"}"#, #"{"a": "SAY \"HI\"\n\tNOW \\ / THEN"}"#),
      (#"{"a": "caf\u00e9 \ud83d\ude00"}"#, #"{"a": "CAF\u00c9 \ud83d\ude00"}"#),
      (#"{"a": "café"}"#, #"{"a": "CAFÉ"}"#),
      (
        #"{"@@locale": "en", "hi": "hi", "@hi": {"description": "d"}}"#,
        #"{"@@locale": "en", "hi": "HI", "@hi": {"description": "d"}}"#
      ),
      (
        #"{"x": {"message": "m", "description": "d", "placeholders": {"p": {"content": "$1"}}}}"#,
        #"{"x": {"message": "M", "description": "d", "placeholders": {"p": {"content": "$1"}}}}"#
      ),
      (#"{"x": {"defaultMessage": "m", "description": "d"}}"#, #"{"x": {"defaultMessage": "M", "description": "d"}}"#),
      (#"{"x": {"message": "m", "title": "t"}}"#, #"{"x": {"message": "M", "title": "T"}}"#),
      (
        #"{"$schema": "http://a.example", "n": "12", "e": ""}"#, #"{"$schema": "http://a.example", "n": "12", "e": ""}"#
      ),
      ("[\r\n  \"a\",\r\n  {\"k\": \"b\"}\r\n]\r\n", "[\r\n  \"A\",\r\n  {\"k\": \"B\"}\r\n]\r\n"),
      (#"{"a,b": "c: d", "e}": "f]"}"#, #"{"a,b": "C: D", "e}": "F]"}"#), (#"{"a": "unclosed"#, #"{"a": "unclosed"#),
      (#"{"a": "bad \q"}"#, #"{"a": "bad \q"}"#),
    ] as [(String, String)])
  func valuesOfJSONAreTextsAndKeysAreNot(file: String, expected: String) throws {
    #expect(try shouted("json", file) == expected)
  }

  @Test func charactersAreEscapedIfTheFileEscapesThem() throws {
    let (plain, escaped) = (#"{"a": "one"}"#, #"{"a": "one", "b": "\u2026"}"#)
    #expect(try DocumentFormat.messageJSON.read(plain).writtenText(["é"]) == #"{"a": "é"}"#)
    #expect(try DocumentFormat.messageJSON.read(escaped).writtenText(["é"]) == #"{"a": "\u00e9", "b": "\u2026"}"#)
  }

  @Test func dialoguesOfSubStationAreTexts() throws {
    let file = """
      [Script Info]
      Title: A film

      [V4+ Styles]
      Format: Name, Fontname
      Style: Default,Arial

      [Events]
      Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
      Comment: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,not shown
      Dialogue: 0,0:00:01.00,0:00:02.00,Default,Mary,0,0,0,,{\\an8}Hello, {\\b1}you{\\b0}\\Nthere!
      Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,- One.\\N- Two.
      Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
      """
    let expected = file.replacing("Hello, ", with: "HELLO, ").replacing("}you{", with: "}YOU{")
      .replacing("there!", with: "THERE!").replacing("One.", with: "ONE.").replacing("Two.", with: "TWO.")
    #expect(try shouted("ass", file) == expected)
    #expect(try shouted("ssa", file.replacing("\n", with: "\r\n")) == expected.replacing("\n", with: "\r\n"))
  }
}
