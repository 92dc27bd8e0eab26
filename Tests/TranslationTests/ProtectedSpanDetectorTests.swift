import Testing
import Translation

@Suite struct ProtectedSpanDetectorTests {
  private func spans(_ text: String) -> [String] {
    ProtectedSpanDetector.spans(in: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test(arguments: [
    ("See https://example.com/a?b=c&d=%20e#f.", ["https://example.com/a?b=c&d=%20e#f"]),
    ("(see http://en.wikipedia.org/wiki/A_(b)), yes", ["http://en.wikipedia.org/wiki/A_(b)"]),
    ("\"ftp://host/x\"; www.example.org, too", ["ftp://host/x", "www.example.org"]),
    ("见https://a.cn/b。好", ["https://a.cn/b"]),
    ("example.com and sub.example.org/path, not etc. or e.g", ["example.com", "sub.example.org/path"]),
    ("Mail a.b+c@mail.example.com, or mailto:x@y.de.", ["a.b+c@mail.example.com", "mailto:x@y.de"]),
    ("Thanks @jane_doe and #Winter2024, #été! We're #1 in C#.", ["@jane_doe", "#Winter2024", "#été", "#1"]),
    ("Run `a b` or ``x ` y``, not ` alone", ["`a b`", "``x ` y``"]),
    ("Look:\n```swift\nlet a = 1\n```\nDone", ["```swift\nlet a = 1\n```"]),
    ("Hello {name}, {{ count }} of {0} [[x]] ${y} $z", ["{name}", "{{ count }}", "{0}", "[[x]]", "${y}", "$z"]),
    ("%s has %1$d of %.2f %% and %(who)s %@ %HOME%, 5% of", ["%s", "%1$d", "%.2f", "%%", "%(who)s", "%@", "%HOME%"]),
    (
      "Click <0>here</0> or <br/>, <a href=\"x\">, a < b > c, I <3 it",
      ["<0>", "</0>", "<br/>", "<a href=\"x\">", "<3"]
    ),
    ("With n=1,024, p<0.05 (k>=3), >90% and x = 5, a<b", ["n=1,024", "p<0.05", "k>=3", ">90%"]),
    ("Call (555) 123-4567 or (020) 7946 0958 (1990) 12", ["(555) 123-4567", "(020) 7946 0958"]),
    (
      "In /usr/local/bin, ~/x, ./a.sh, C:\\Users\\me and \\\\host\\share\\x.",
      [
        "/usr/local/bin", "~/x", "./a.sh", "C:\\Users\\me", "\\\\host\\share\\x",
      ]
    ),
    ("src/main.swift and report.pdf, and/or km/h 24/7", ["src/main.swift", "report.pdf"]),
    ("Version 1.2.3, v2.0, 192.168.0.1; 3.14, 1.000.000 and 3.5.2024", ["1.2.3", "v2.0", "192.168.0.1", "3.5.2024"]),
    ("Order 123456789 (SKU12345678), 1,234,567 and 2024", ["123456789", "SKU12345678"]),
    ("Call +33 6 12 34 56 78. Now +5", ["+33 6 12 34 56 78"]),
    ("a snake_case_name, not _this_ or __", ["snake_case_name", "_", "_"]),
    ("Fun 😀👍🏽 and 👩‍👩‍👧‍👦, 🇫🇷 ❤️ ☃ 1️⃣ ©️ → ok", ["😀👍🏽", "👩‍👩‍👧‍👦", "🇫🇷", "❤️", "☃", "1️⃣", "©️", "→"]),
    ("Ein Satz – mit „Zeichen“… 25 °C, № 5 €", ["№ 5"]),
    ("A plain sentence, with nothing of it: 12 dogs; 50% off!", []),
  ])
  func finds(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: [
    "`", "``` ", "@", "a@", "#", "{", "{{", "%", "%1", "$", "<", "<a ", "/", "/.", "./", "\\", "\\\\a", "~/", ".", "a.",
    "_", "a_", "+", "+1 ", "1", "1.", "1a", "w", "www.", "http://", "a://", ":", "😀", "©", "→‍", "é", "字", "https://a(",
  ])
  func longRunsAreHandled(_ unit: String) {
    let text = String(repeating: unit, count: 40_000 / unit.utf8.count)
    let spans = ProtectedSpanDetector.spans(in: text)
    #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
    #expect(spans.allSatisfy { !$0.isEmpty && $0.upperBound <= text.utf8.count })
  }
}
