import Documents
import Testing

/// Tests of the messages of programs: JSON, YAML, XLIFF.
struct MessageFileTests {
  private func shouted(_ ending: String, _ file: String) throws -> String {
    let format = try #require(DocumentFormat(fileName: "a." + ending))
    let document = try format.read(file)
    if !ending.hasPrefix("x") { #expect(try document.writtenText(document.texts.map(\.text)) == file) }
    return try Shouting.translated(format, file)
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

  @Test(
    arguments: [
      ("en:\n  hi: Hello there\n", "en:\n  hi: HELLO THERE\n"), ("a: \"say \\\"hi\\\"\"\n", "a: \"SAY \\\"HI\\\"\"\n"),
      ("a: 'it''s'\n", "a: 'IT''S'\n"),
      ("a: 1\nb: true\nc: ~\nd: :sym\ne: 2024-01-01\n", "a: 1\nb: true\nc: ~\nd: :sym\ne: 2024-01-01\n"),
      ("# note\na: one # note\n", "# note\na: ONE # note\n"),
      ("a:\n  - one\n  - two three\n", "a:\n  - ONE\n  - TWO THREE\n"),
      ("a: |\n  one\n  two\nb: x\n", "a: |\n  ONE\n  TWO\nb: X\n"),
      ("a: >\n  one\n  two\n\n  three\n", "a: >\n  ONE TWO\n\n  THREE\n"),
      ("a: &x one\nb: *x\n", "a: &x ONE\nb: *x\n"), ("a: [one, two]\nb: {c: d}\n", "a: [one, two]\nb: {c: d}\n"),
      ("\"a b\": one\n'c': two\n", "\"a b\": ONE\n'c': TWO\n"), ("a: http://x.example\n", "a: HTTP://X.EXAMPLE\n"),
      ("---\na: one\n...\n", "---\na: ONE\n...\n"), ("a: one\r\nb: two\r\n", "a: ONE\r\nb: TWO\r\n"),
      ("- a: one\n  b: two\n", "- a: ONE\n  b: TWO\n"), ("a: one\n  goes on\nb: two\n", "a: one\n  goes on\nb: TWO\n"),
      ("a: \"one\n  two\"\nb: c\n", "a: \"one\n  two\"\nb: C\n"), ("a: |-\n\n  x\n", "a: |-\n\n  X\n"),
    ] as [(String, String)])
  func valuesOfYAMLAreTextsAndKeysAreNot(file: String, expected: String) throws {
    #expect(try shouted("yml", file) == expected)
    #expect(try shouted("yaml", file) == expected)
  }

  @Test(
    arguments: [
      ("yes", "a: \"yes\"\n"), ("a: b", "a: \"a: b\"\n"), ("- x", "a: \"- x\"\n"), ("x # y", "a: \"x # y\"\n"),
      ("\"x\"", "a: \"\\\"x\\\"\"\n"), ("one two", "a: one two\n"), ("É isto?", "a: É isto?\n"), ("12", "a: \"12\"\n"),
      ("x:", "a: \"x:\"\n"), ("&x", "a: \"&x\"\n"),
    ] as [(String, String)])
  func translationThatYAMLWouldMisreadIsQuoted(translation: String, expected: String) throws {
    #expect(try DocumentFormat.messageYAML.read("a: x y\n").writtenText([translation]) == expected)
  }

  @Test(
    arguments: [
      (
        "<trans-unit id=\"1\">\n  <source>A <g id=\"1\">red</g> dog</source>\n</trans-unit>",
        "<trans-unit id=\"1\">\n  <source>A <g id=\"1\">red</g> dog</source>\n  <target>A <g id=\"1\">RED</g> DOG</target>\n</trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><target/></trans-unit>",
        "<trans-unit><source>a</source><target>A</target></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><target state=\"new\">a</target></trans-unit>",
        "<trans-unit><source>a</source><target state=\"new\">A</target></trans-unit>"
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
        "<group translate=\"no\"><trans-unit><source>a</source></trans-unit></group><trans-unit><source>b</source><target>B</target></trans-unit>"
      ),
      (
        "<trans-unit><source>a &amp; b<x id=\"1\"/> c <ph id=\"2\">&lt;br></ph></source></trans-unit>",
        "<trans-unit><source>a &amp; b<x id=\"1\"/> c <ph id=\"2\">&lt;br></ph></source>"
          + "<target>A &amp; B<x id=\"1\"/> C <ph id=\"2\">&lt;br></ph></target></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><alt-trans><source>z</source><target>y</target></alt-trans></trans-unit>",
        "<trans-unit><source>a</source><target>A</target><alt-trans><source>z</source><target>y</target></alt-trans></trans-unit>"
      ),
      (
        "<trans-unit><source>a</source><seg-source><mrk>a</mrk></seg-source></trans-unit>",
        "<trans-unit><source>a</source><seg-source><mrk>a</mrk></seg-source><target>A</target></trans-unit>"
      ),
      (
        "<unit><segment state=\"initial\"><source>a <pc id=\"1\">b</pc></source><target>q</target></segment></unit>",
        "<unit><segment state=\"initial\"><source>a <pc id=\"1\">b</pc></source><target>A <pc id=\"1\">B</pc></target></segment></unit>"
      ),
      (
        "<unit><segment><source>a</source></segment></unit>",
        "<unit><segment><source>a</source><target>A</target></segment></unit>"
      ),
      ("<trans-unit><source>12</source></trans-unit>", "<trans-unit><source>12</source></trans-unit>"),
      (
        "<trans-unit><source><![CDATA[a < b]]></source></trans-unit>",
        "<trans-unit><source><![CDATA[a < b]]></source><target>A &lt; B</target></trans-unit>"
      ),
    ] as [(String, String)])
  func unitWithoutATranslationGetsOne(file: String, expected: String) throws {
    #expect(try shouted("xlf", file) == expected)
    #expect(try shouted("xliff", file) == expected)
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
