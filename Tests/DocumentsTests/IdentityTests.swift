import Documents
import Testing

/// Tests of files in which every text is its own translation: their bytes are unchanged.
struct IdentityTests {
  static let files: [(DocumentFormat, String)] = [
    (.plainText, "One.\r\n\r\n  Two\n"),
    (
      .subRip,
      "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Hello,</i>\r\nyou there!\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n"
    ),
    (.subRip, "\u{FEFF}1\n00:00:01,000 --> 00:00:02,500\n{\\an8}- Who is <b>this</b>?\n- Me & you.\n\n\n2\nno times\n"),
    (
      .webVTT,
      "WEBVTT - a title\nKind: captions\n\nNOTE\nnothing here --> there\n\nSTYLE\n::cue { color: red }\n\nintro\n"
        + "00:01.000 --> 00:02.000 align:start\n<v Mary>Fish &amp; chips\n<00:01.500>for <c.big>two</c>\n\n"
        + "00:03.000 --> 00:04.000\n♪ La la ♪\n"
    ),
    (.html, "<p>One &amp; <b>two</b></p>"),
    (
      .portableObject,
      "msgid \"\"\nmsgstr \"\"\n\"Language: fr\\n\"\n\n#: a.c:1\nmsgid \"One\"\nmsgstr \"Un\"\n\n#~ msgid \"x\"\n"
    ),
    (.markdown, markdown),
  ]

  /// A format per reader: other endings of names have the same one.
  static let readers = DocumentFormat.all.reduce(into: [DocumentFormat]()) { readers, format in
    let isText = (try? format.read("")) != nil
    if isText, !readers.contains(where: { $0.mediaType == format.mediaType }) { readers.append(format) }
  }

  static let markdown = #"""
    ---
    title: Nothing
    ---
    # A *heading* #

    A paragraph with `code`, **bold _and_ italic**, a [link](https://a.example/b_(c) "title")
    and ![a picture](p.png), 2 * 3 * 4, snake_case_name, \*stars\* and <https://a.example>.
    A line broken on purpose  
    and one more\
    and the last.

    Setext
    ======

    * one
      goes on
      - [ ] two

        below two
    1. three

    > quoted text
    > over two lines
    >> deeper

    ```swift
    let x = "One"
    ```
    ~~~
    # not a heading
    ~~~

        indented code

    | Left | Right |
    |:-----|------:|
    | a `\|` b | c \| d |
    |  | e

    <div align="center">
      <b>HTML</b> text
    </div>

    <!-- a

    comment -->

    $$
    x = y
    $$

    Text with a footnote[^1], a [reference][ref], a [ref], [brackets] and <br> tags <kbd>Ctrl</kbd>.

    [^1]: The footnote.
    [ref]: https://a.example
    ***
    """#

  @Test(arguments: files) func identityTranslationKeepsTheBytes(format: DocumentFormat, file: String) throws {
    let document = try format.read(file)
    #expect(try document.writtenText(document.texts.map(\.text)) == file)
    #expect(try document.writtenText([]) == file)
    let windows = file.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
    let other = try format.read(windows)
    #expect(try other.writtenText(other.texts.map(\.text)) == windows)
  }

  @Test(arguments: readers) func hostileFilesAreRead(format: DocumentFormat) throws {
    var random = Noise(seed: 7)
    let parts = [
      "\n", "\r", "\r\n", "\n\n", " ", "    ", "\t", "<", ">", "</", "<i>", "</i>", "{\\", "}", "`", "```", "**", "*",
      "_", "[", "]",
      "](", ")", "[^", "]: ", "![", "|", "|-|", "# ", "- ", "1. ", "> ", "---", "msgid \"", "msgstr \"", "\"", "\\",
      "#, fuzzy",
      "msgid_plural ", "00:01.000 --> 00:02.000", "WEBVTT", "NOTE ", "&amp;", "&", "$$", "<!--", "-->", "é", "🙂",
      "\u{301}", "a", "word",
    ]
    for _ in 0..<400 {
      let file = (0..<Int.random(in: 0...60, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      let document = try format.read(file)
      if format != .portableObject, format != .xliff {
        #expect(try document.writtenText(document.texts.map(\.text)) == file)
      }
      _ = try document.writtenText(document.texts.map { $0.text.uppercased() + " <m0> </m9> <img id=\"0\">" })
    }
  }

  /// Marks that are never closed, never opened, or nested without end. If each step read the rest of the file, these
  /// files would take hours.
  @Test(arguments: readers) func longRunsOfMarksAreRead(format: DocumentFormat) throws {
    let heads: [DocumentFormat: String] = [
      .subRip: "1\n00:00:01,000 --> 00:00:02,500\n", .webVTT: "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    ]
    let units = [
      "*a ", "[a](", "[a](b) ", "[", "](", "](\" \"", "<i>", "</b>", "<a", "{\\b", "`", "`a``b```c ", "# a\n\n", "> ",
      "- ",
      "1. ", "| a ", "- a\n", "a b\n", "msgid \"a\"\nmsgstr \"\"\n\n", "#, x\n", "msgstr[0] \"\"\n", "&amp;",
    ]
    for unit in units {
      let file = (heads[format] ?? "") + "a " + String(repeating: unit, count: 10_000) + " <b>z</b> }\n"
      let document = try format.read(file)
      _ = try document.writtenText(document.texts.map { $0.text + "." })
    }
  }
}

/// A linear congruential generator with Knuth's constants: its numbers are equal on every machine.
struct Noise: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
