import Documents
import Testing

/// Tests of messages in YAML.
struct YAMLTests {
  private func shouted(_ file: String, _ ending: String) throws -> String {
    try Shouting.translated(file, ending: ending)
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
      ("- a: one\n  b: two\n", "- a: ONE\n  b: TWO\n"), ("a: |-\n\n  x\n", "a: |-\n\n  X\n"),
    ] as [(String, String)])
  func valuesOfYAMLAreTextsAndKeysAreNot(file: String, expected: String) throws {
    #expect(try shouted(file, "yml") == expected)
    #expect(try shouted(file, "yaml") == expected)
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

  // MARK: Values over lines

  @Test(
    arguments: [
      // Plain values.
      ("a: one\n  goes on\nb: two\n", ["one goes on", "two"]),
      ("a: one\n\n  goes on\nb: two\n", ["one\ngoes on", "two"]),
      ("a:\n  one\n  goes on\nb: two\n", ["one goes on", "two"]), ("a:\n  one\nb: two\n", ["one", "two"]),
      ("- one\n  goes on\n- two\n", ["one goes on", "two"]), ("a: one\n  two # note\n", ["one two"]),
      ("a: &x\n  one\n  two\n", ["one two"]), ("a:\n  - one\n    goes on\n  - two\n", ["one goes on", "two"]),
      ("a: one\r\n  goes on\r\nb: two\r\n", ["one goes on", "two"]), ("a:\n\n  # note\n  one\n", ["one"]),
      ("a: one\n  b: two\n", []), ("a: one\n  # note\nb: two\n", ["one", "two"]),
      // Values in double quotes.
      ("a: \"one\n  two\"\nb: c\n", ["one two", "c"]), ("a: \"one\n\n  two\"\n", ["one\ntwo"]),
      ("a: \"one\\\n  two\"\n", ["onetwo"]), ("a: \"one \\\n  \\ two\"\n", ["one  two"]),
      ("a: \"one: two\n  # three\"\n", ["one: two # three"]), ("a:\n  \"one\n  two\"\n", ["one two"]),
      ("a: \"say \\\"one\\\"\n  two\"\n", ["say \"one\" two"]), ("a: \"one\n  \"\nb: two\n", ["one ", "two"]),
      ("a: \"\\x41\\u00e9\\U0001F600\\_b\"\n", ["Aé😀\u{A0}b"]), ("a: \"bad \\q\"\nb: c\n", ["c"]),
      ("a: \"never closed\nb: c\n", ["c"]),
      // Values in single quotes.
      ("a: 'one\n  it''s'\nb: c\n", ["one it's", "c"]), ("a: 'one\n\n  two'\n", ["one\ntwo"]),
      ("- 'one\n  two'\n- c\n", ["one two", "c"]),
      // Blocks.
      ("a: |\n  one\n   two\n", ["one\n two"]), ("a: |2\n   one\n  two\n", [" one\ntwo"]),
      ("a: |+\n  one\n\nb: c\n", ["one", "c"]), ("a: >-\n  one\n  two\n\n  three\nb: c\n", ["one two\nthree", "c"]),
      ("a: >2-\n  one\n  two\n", ["one two"]), ("- |\n  one\n- c\n", ["one", "c"]),
      ("a:\n  b: |\n    one\n  c: d\n", ["one", "d"]),
      // Flow collections over lines.
      ("a: [one,\n  two]\nb: c\n", ["c"]), ("a: {x: one,\n  y: two}\nb: c\n", ["c"]),
      ("a: [\"]\", 'it''s]',\n  two]\nb: c\n", ["c"]), ("a: [one # ]\n  , two]\nb: c\n", ["c"]),
    ] as [(String, [String])])
  func valueOverLinesIsOneText(file: String, expected: [String]) throws {
    let document = try DocumentFormat.messageYAML.read(file)
    #expect(document.texts.map(\.text) == expected)
    #expect(try document.writtenText(expected) == file)
  }

  @Test(
    arguments: [
      ("a: one\n  two\nb: c\n", "un deux", "a: un deux\nb: c\n"), ("a: one\n  two\n", "un: deux", "a: \"un: deux\"\n"),
      ("a: \"one\n  two\"\n", "dis \"un\"", "a: \"dis \\\"un\\\"\"\n"),
      ("a: \"one\n\n  two\"\n", "un\ndeux", "a: \"un\\ndeux\"\n"), ("a: 'one\n  two'\n", "l'un", "a: 'l''un'\n"),
      ("a: 'one\n\n  two'\n", "un\ndeux", "a: 'un\n\n  deux'\n"),
      ("a: |2\n   one\n  two\n", " un\ndeux", "a: |2\n   un\n  deux\n"),
      ("a: >\n  one\n  two\n", "un\ndeux", "a: >\n  un\n\n  deux\n"),
    ] as [(String, String, String)])
  func valueOverLinesIsWrittenAsItWas(file: String, translation: String, expected: String) throws {
    let document = try DocumentFormat.messageYAML.read(file)
    let rest = document.texts.dropFirst().map(\.text)
    #expect(try document.writtenText([translation] + rest) == expected)
    #expect(try DocumentFormat.messageYAML.read(expected).texts.first?.text == translation)
  }

  @Test(arguments: [("", ""), ("\"", "\""), ("'", "'"), (">\n  ", "")])
  func longTranslationIsBrokenAsItsSource(open: String, close: String) throws {
    let line = "some words that fill a line of the file"
    let file = "a: \(open)\(line)\n  \(line)\(close)\nb: c\n"
    let translation = (1...20).map { "word\($0)" }.joined(separator: " ")
    let written = try DocumentFormat.messageYAML.read(file).writtenText([translation, "c"])
    let lines = written.split(separator: "\n")
    #expect(lines.count > 4)
    #expect(lines.allSatisfy { $0.count <= 50 })
    #expect(try DocumentFormat.messageYAML.read(written).texts.map(\.text) == [translation, "c"])
  }
}
