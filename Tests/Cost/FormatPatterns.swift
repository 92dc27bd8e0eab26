/// Patterns in the syntax of what reads them.
extension Pattern {
  static let ofHeads: [Pattern] = [
    Pattern("slashes", repeating: "/"), Pattern("segments", repeating: "/a"), Pattern("escapes", repeating: "%2f"),
    Pattern("dots", repeating: "../"), Pattern("letters", repeating: "a"), Pattern("spaces", repeating: " "),
    Pattern("capitals", repeating: "A"), Pattern("bytes above 127", repeating: "é"), Pattern("commas", repeating: ","),
    Pattern("broken escapes", repeating: "%"), Pattern("semicolons", repeating: ";"), Pattern("stars", repeating: "/*"),
  ]

  static let ofFields: [Pattern] = [
    Pattern("commas", repeating: ","), Pattern("list", repeating: "a, "), Pattern("parameters", repeating: ";a=b"),
    Pattern("quotes", repeating: "\""), Pattern("escapes", repeating: "\\\""), Pattern("white space", repeating: " \t"),
    Pattern("weights", repeating: "a;q=0.5,"), Pattern("addresses", repeating: "1.2.3.4, "),
    Pattern("long addresses", repeating: "[::1]:1,"), Pattern("letters", repeating: "a"),
    Pattern("type", first: "a/b;", then: "charset="), Pattern("slashes", repeating: "a/"),
  ]

  static let ofForms: [Pattern] = [
    Pattern("pairs", repeating: "a=b&"), Pattern("different names", numbered: "a", "=b&"),
    Pattern("empty pairs", repeating: "&"), Pattern("equals signs", repeating: "="), Pattern("pluses", repeating: "+"),
    Pattern("escapes", repeating: "%41"), Pattern("texts", repeating: "q=a&"),
  ]

  static let ofJSON: [Pattern] = [
    Pattern("nested arrays", nesting: "[", "]"), Pattern("nested objects", nesting: "{\"a\":", "}"),
    Pattern("open arrays", repeating: "["), Pattern("numbers", first: "[1", then: ",1"),
    Pattern("digits", first: "[1", then: "1"), Pattern("escapes", first: "\"", then: "\\u00e9"),
    Pattern("surrogates", first: "\"", then: "\\ud83d\\ude00"), Pattern("different names", numbered: "{\"a", "\":1,"),
    Pattern("one name", repeating: "{\"q\":\"a\","), Pattern("white space", repeating: " \n"),
    Pattern("empty texts", first: "{\"q\":[\"\"", then: ",\"\""), Pattern("literals", first: "[true", then: ",null"),
  ]

  static let ofMultipart: [Pattern] = [
    Pattern("parts", repeating: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n"),
    Pattern("almost boundaries", repeating: "\r\n--a"), Pattern("boundaries", repeating: "--b\r\n"),
    Pattern("dashes", repeating: "-"), Pattern("line ends", repeating: "\r\n"), Pattern("returns", repeating: "\r"),
    Pattern("fields of a part", first: "--b\r\n", then: "A: b\r\n"),
    Pattern("parameters", first: "--b\r\nContent-Disposition: form-data", then: "; a=\"b\""),
  ]

  static let ofChunks: [Pattern] = [
    Pattern("chunks of a byte", repeating: "1\r\na\r\n"),
    Pattern("chunks of 16 bytes", repeating: "10\r\naaaaaaaaaaaaaaaa\r\n"),
    Pattern("zeros", repeating: "0"), Pattern("extensions", repeating: "1;a=b\r\na\r\n"),
  ]

  static let ofHTML: [Pattern] = [
    Pattern("nested tags", nesting: "<b>", "</b>"), Pattern("nested blocks", nesting: "<div>", "</div>"),
    Pattern("crossed tags", nesting: "<b><i>", "</b></i>"), Pattern("closing tags", repeating: "</b>"),
    Pattern("attributes", first: "<a ", then: "b=\"c\" "), Pattern("comments", repeating: "<!-- a -->"),
    Pattern("open comments", repeating: "<!--"), Pattern("scripts", repeating: "<script>a</script>"),
    Pattern("open scripts", repeating: "<script>"), Pattern("references", repeating: "&#x41;"),
    Pattern("long reference", first: "&", then: "a"), Pattern("void elements", repeating: "a<br>"),
    Pattern("islands", repeating: "a <code>b</code> c "), Pattern("paragraphs", repeating: "<p>A dog.</p>"),
    Pattern("adjacent elements", repeating: "<i>a</i><b>b</b>"), Pattern("words in tags", repeating: "the <b>dog</b> "),
    Pattern("tables", repeating: "<tr><td>a<td>b"), Pattern("declarations", repeating: "<!a>"),
    Pattern("instructions", repeating: "<?a?>"), Pattern("text without ends", repeating: "<p>a <b>b "),
  ]

  static let ofXML: [Pattern] = [
    Pattern("nested elements", nesting: "<a>", "</a>"), Pattern("namespaces", first: "<a ", then: "xmlns:b='c' "),
    Pattern("character data", repeating: "<![CDATA[a]]>"), Pattern("open character data", repeating: "<![CDATA["),
    Pattern("runs", repeating: "</w:t></w:r><w:r><w:t>a "),
    Pattern("paragraphs", repeating: "</w:t></w:r></w:p><w:p><w:r><w:t>A."),
    Pattern("bold runs", repeating: "</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ab "),
    Pattern("shared texts", repeating: "</t></si><si><t>a"),
    Pattern("drawn runs", repeating: "</a:t></a:r><a:r><a:t>a"),
    Pattern("spans", repeating: "<text:span>a</text:span>"), Pattern("lines", repeating: "</text:p><text:p>A."),
    Pattern("fields", repeating: "</w:t></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:t>"),
    Pattern("nested tables", nesting: "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
  ]

  /// Lines of the formats that are text. Each format is sent those of the others too.
  static let ofFiles: [Pattern] =
    ofHTML + ofJSON + [
      Pattern("cues", repeating: "1\n00:00:01,000 --> 00:00:02,000\nA dog.\n\n"),
      Pattern("cues without blank lines", repeating: "1\n00:00:01,000 --> 00:00:02,000\nA dog.\n"),
      Pattern("arrows", repeating: "-->\n"), Pattern("notes", repeating: "♪ "),
      Pattern("styled cues", repeating: "00:01.000 --> 00:02.000 a:b\n<v A>b</v>\n\n"),
      Pattern("messages", repeating: "msgid \"a\"\nmsgstr \"\"\n\n"),
      Pattern("messages in parts", first: "msgid \"\"\n", then: "\"a\"\n"),
      Pattern("empty translations", first: "msgid \"a\"\n", then: "msgstr \"\"\n"),
      Pattern("plural forms", first: "msgid \"a\"\nmsgid_plural \"b\"\n", then: "msgstr[0] \"\"\n"),
      Pattern("comments", repeating: "# a\n"), Pattern("obsolete messages", repeating: "#~ msgid \"a\"\n"),
      Pattern("keys", numbered: "k", ": \"a\"\n"), Pattern("nested keys", indented: "a:\n"),
      Pattern("block texts", repeating: "a: |\n  b\n"), Pattern("list items", repeating: "- a\n"),
      Pattern("nested lists", indented: "- a\n"), Pattern("quotes of lines", repeating: "> "),
      Pattern("headings", repeating: "# A\n\n"), Pattern("fences", repeating: "```\n"),
      Pattern("long fence", first: "`", then: "\na"), Pattern("tables", repeating: "| a | b |\n"),
      Pattern("links", repeating: "[a](b) "), Pattern("open links", repeating: "[a]("),
      Pattern("brackets", repeating: "["),
      Pattern("emphasis", repeating: "*a* "), Pattern("stars", repeating: "*"), Pattern("tildes", repeating: "~~a~~ "),
      Pattern("block of HTML", first: "<div a", then: "\nb"), Pattern("containers", repeating: "::: tip\n"),
      Pattern("statements", repeating: "{% if a %}"), Pattern("definitions", repeating: "[a]: b\n"),
      Pattern("units of XLIFF", repeating: "<trans-unit id=\"a\"><source>b</source></trans-unit>"),
      Pattern("dialogue", repeating: "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\b1}a\n"),
      Pattern("objects of PDF", repeating: "1 0 obj\n<</A 1 0 R>>\nendobj\n"),
      Pattern("nested objects of PDF", first: "%PDF-1.4\n1 0 obj\n", then: "<<"),
      Pattern("references of PDF", numbered: "", " 0 obj [1 0 R] endobj\n"),
    ]

  /// A number between two parts, so that no two units are alike.
  init(_ name: String, numbered before: String, _ after: String) {
    self.init(name) { bytes in
      (0..<max(1, bytes / (before.utf8.count + after.utf8.count + 5))).map { "\(before)\(10_000 + $0)\(after)" }
        .joined()
    }
  }

  /// Lines of which each is indented by one more, up to 40 and again.
  init(_ name: String, indented line: String) {
    self.init(name) { bytes in
      (0..<max(1, bytes / (20 + line.utf8.count))).map { String(repeating: " ", count: $0 % 40) + line }.joined()
    }
  }
}
