import Documents
import Testing

/// Tests of the notation of message catalogues: escapes, widths, flags.
struct PortableObjectTests {
  /// The lines of the translation of a message, which is the message itself.
  private func written(_ message: String, flags: String = "") throws -> [Substring] {
    let file = "\(flags)msgid \(message)\nmsgstr \"\"\n"
    let document = try DocumentFormat.portableObject.read(file)
    let written = try document.writtenText(document.texts.map(\.text))
    #expect(written.hasPrefix("\(flags)msgid \(message)\n"))
    return written.dropFirst("\(flags)msgid \(message)\n".count).split(separator: "\n")
  }

  @Test(arguments: [
    #"Bell\a"#, #"\bback"#, #"form\ffeed"#, #"\v tab"#, #"\101bc"#, #"a \x41 b"#, #"\x41"#, #"\e[1mbold\e[0m"#,
    #"quote \" backslash \\ end"#, #"tab\tab"#, #"C:\\new\\table"#, #"\\a is no bell"#, #"\0"#, #"\7a"#, #"\x"#,
    #"a <b>bold\a</b> &amp; more"#, #"a\rb"#, #"\u0041"#, #"\'"#,
  ])
  func escapeIsKept(content: String) throws {
    #expect(try written("\"\(content)\"") == [Substring("msgstr \"\(content)\"")])
  }

  @Test func escapesAndLinesAreKeptTogether() throws {
    #expect(
      try written(#""one\a\n"two\n""#.replacing("\"t", with: "t")) == ["msgstr \"\"", "\"one\\a\\n\"", "\"two\\n\""])
  }

  @Test func endsOfLinesAreLineBreaksIfThereAreMarks() throws {
    let document = try DocumentFormat.portableObject.read(
      "msgid \"One\\nTwo\\a\"\nmsgstr \"\"\nmsgid \"A\\nB\"\nmsgstr \"\"\n")
    #expect(document.texts.map(\.text) == ["One<br id=\"0\">Two<img id=\"1\">", "A<br>B"])
    #expect(
      try document.writtenText(["Um<br id=\"0\">Dois<img id=\"1\">", "C<br>D"]).contains("\"Um\\n\"\n\"Dois\\a\"\n"))
    #expect(try document.writtenText(["", "C<br>D"]).contains("\"C\\n\"\n\"D\"\n"))
  }

  @Test func escapesAreNoMarksOfPlainMessages() throws {
    let document = try DocumentFormat.portableObject.read("msgid \"a \\\"b\\\" \\\\ c\\n\\td\"\nmsgstr \"\"\n")
    #expect(!document.isMarkup)
    #expect(document.texts.map(\.text) == ["a \"b\" \\ c\n\td"])
  }

  @Test(arguments: ["#, no-wrap\n", "#, c-format, no-wrap\n", "#, no-wrap, c-format\n"])
  func flagKeepsLongLinesWhole(flags: String) throws {
    let long = (1...30).map { "number \($0)" }.joined(separator: " ")
    let halves = "\"\"\n\"number 1 \"\n\"\(long.dropFirst(9))\""
    #expect(try written(halves, flags: flags) == ["msgstr \"\(long)\""])
    #expect(try written(halves.replacing("1 \"", with: "1\\n\""), flags: flags).count == 3)
  }

  @Test func messageThatIsNotWrappedIsNotWrapped() throws {
    let long = (1...30).map { "number \($0)" }.joined(separator: " ")
    #expect(try written("\"\(long)\"") == ["msgstr \"\(long)\""])
  }

  @Test func otherMessagesAreWrapped() throws {
    let long = (1...8).map { "\"number \($0) and more \"\n" }.joined()
    let lines = try written("\"\"\n" + long.dropLast())
    #expect(lines.count > 2)
    #expect(lines.allSatisfy { $0.count <= 79 })
  }

  @Test func templateIsACatalogue() throws {
    let format = try #require(DocumentFormat(fileName: "a.pot"))
    #expect(format.fileExtension == "pot")
    #expect(try Shouting.translated(format, "msgid \"a\"\nmsgstr \"\"\n") == "msgid \"a\"\nmsgstr \"A\"\n")
  }
}
