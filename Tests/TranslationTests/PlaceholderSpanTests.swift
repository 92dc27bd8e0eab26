import Testing
import Translation

/// Placeholders, codes, symbols and rows, each beside text that is like them and has to be translated.
@Suite struct PlaceholderSpanTests {
  private func spans(_ text: String) -> [String] {
    ProtectedSpanDetector.spans(in: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test(arguments: [
    ("You have {n, plural, one {# dog} other {# dogs}}.", ["{n, plural, one {# dog} other {# dogs}}"]),
    ("{gender, select, male {He} other {They}} left", ["{gender, select, male {He} other {They}}"]),
    ("{n, plural, offset:1 =0 {no} other {a {x} b}}", ["{n, plural, offset:1 =0 {no} other {a {x} b}}"]),
    ("Hi { name }, { -brand-name } { $count }", ["{ name }", "{ -brand-name }", "{ $count }"]),
    ("{value:>10} {x:+.2f} {0:yyyy-MM-dd HH:mm}", ["{value:>10}", "{x:+.2f}", "{0:yyyy-MM-dd HH:mm}"]),
    (
      "{d, date, short} {{ user.name | upper }} {{{raw}}}",
      ["{d, date, short}", "{{ user.name | upper }}", "{{{raw}}}"]
    ),
    ("{% if x %}Yes{% endif %} {# note #}", ["{% if x %}", "{% endif %}", "{# note #}"]),
    ("<%= x %> and <?php echo 1 ?>", ["<%= x %>", "<?php echo 1 ?>"]),
    ("Welcome :name, see (:count) :user_id", [":name", ":count", ":user_id"]),
    ("Nice :thinking: :+1: job", [":thinking:", ":+1:"]),
    ("%s%% of %d%% is %1, %L1 or %99", ["%s%%", "%d%%", "%1", "%L1", "%99"]),
    ("$number$ and $t(key.sub) ${a ?? b}", ["$number$", "$t(key.sub)", "${a ?? b}"]),
    ("*|FNAME|*, #{user} and %{count}", ["*|FNAME|*", "#{user}", "%{count}"]),
    ("__NAME__ has %%NAME%% and @@id@@ @x@", ["__NAME__", "%%NAME%%", "@@id@@", "@x@"]),
    ("@:common.ok or @.lower:key.x.", ["@:common.ok", "@.lower:key.x"]),
    ("[b]Bold[/b] [url=http://a.b/c]x[/url] [sic]", ["[b]", "[/b]", "[url=http://a.b/c]", "[/url]"]),
    ("One\\tTwo\\nThree \\\"x\\\" \\u00e9 \\(name)", ["\\t", "\\n", "\\\"", "\\\"", "\\u00e9", "\\(name)"]),
    ("A&nbsp;b &#160; R&D; AT&T", ["&nbsp;", "&#160;"]),
    (
      "Click [here](https://example.com/docs) or ![a b](x.png)", ["[", "](https://example.com/docs)", "![", "](x.png)"]
    ),
  ])
  func placeholderIsFound(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: [
    "Sets {such as this one} are text.", "Use 50% of it, or 5 % more", "It costs $5, or $1,000.",
    "Note: see below: yes",
    "At 16:30 or 4:30 p.m.: come", "Tom & Jerry; R&D", "a [note] (see this)", "The # sign and 5 * 3 = 15",
    "He said -- well -- no... Really...", "100% sure: A:B:C", "This ** is ** __ bold ~~no",
  ])
  func textIsNoPlaceholder(_ text: String) {
    #expect(spans(text) == [])
  }

  @Test(arguments: [
    ("id 550e8400-e29b-41d4-a716-446655440000.", ["550e8400-e29b-41d4-a716-446655440000"]),
    ("ISBN 978-3-16-148410-0, SSN 078-05-1120", ["978-3-16-148410-0", "078-05-1120"]),
    ("Order ORD-2024-0012 and INV/2024/17A", ["ORD-2024-0012", "INV/2024/17A"]),
    ("COVID-19, MP3, A4, H1N1, sha256", ["COVID-19", "MP3", "A4", "H1N1", "sha256"]),
    ("on 2024-01-15 call 555-1234 or 555-123-4567", ["2024-01-15", "555-1234", "555-123-4567"]),
    ("Ratio 16:9, 1:100 at 4:30", ["16:9", "1:100"]), ("card 4111 1111 1111 1111 now", ["4111 1111 1111 1111"]),
    ("IBAN DE89 3704 0044 0532 0130 00.", ["DE89 3704 0044 0532 0130 00"]),
    ("Tel. 06 12 34 56 78, host fe80::1, 00:1B:44:11:3A:B7", ["06 12 34 56 78", "fe80::1", "00:1B:44:11:3A:B7"]),
  ])
  func codeIsFound(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: [
    "the 20th, 1990s, 3pm, 5km and 4K", "from 1990-1995, 24/7", "in Q3 of WW2, under-21, Covid-19",
    "1 000 000 000 people and 1.5x2.5", "20-year-old in mid-1990s", "3-5 days at 10-12",
  ])
  func numberIsNoCode(_ text: String) {
    #expect(spans(text) == [])
  }

  @Test(arguments: [
    ("There are 10⁶ in 5 km² of H₂O", ["10⁶", "km²", "H₂O"]), ("½ cup, 2½ and mc²", ["½", "2½", "mc²"]),
    ("The brand™ and Word® ①", ["™", "®", "①"]), ("A note¹ here, 1.5×10⁻³", ["¹", "1.5×10⁻³"]),
    ("Name: ____________ Date: ______", ["____________", "______"]), ("Chapter 1 ........ 12", ["........"]),
    ("Intro . . . . . . 5", [". . . . . ."]), ("a ---- b ===== c ***** d", ["----", "=====", "*****"]),
    ("Wait... -- and snake_case_name", ["snake_case_name"]), ("Phone: _ _ _ _", ["_ _ _ _"]),
    ("• Bread\n  ◦ Milk • Tea\n· Eggs", ["•", "◦", "·"]),
    ("Size 25 cm × 30 cm, 2 x 4 m, 1,5m x 2m x 3m", ["25 cm × 30 cm", "1,5m x 2m x 3m"]),
    ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd><b>y</b>", ["<kbd>Ctrl</kbd>+<kbd>C</kbd>", "<b>", "</b>"]),
    ("So <code>x y</code>, <kbd>a", ["<code>x y</code>", "<kbd>"]),
    ("Code: * * * * and - - - -, · · · here", ["* * * *", "- - - -", "· · ·"]),
    ("Date: __/__/____ at __ : __", ["__/__/____", "__ : __"]), ("City: .. Town: …", ["..", "…"]),
    ("City: -- ", ["--"]), ("Well: — no. Two - three - four; wait …", []),
  ])
  func symbolIsFound(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: [
    "{a, plural, one {", "{a,select,x{", "{ ", "{{ ", "{% ", "<% ", ":a", ":a:", "%%", "%1", "$t(", "*|", "#{", "__A",
    "@a@", "@:", "[b]", "[/b]", "[", "[a](", "](", "\\", "\\u00e", "&a", "&#", "A1-", "1-", "12 ", "1:", "a:", "⁶",
    "km²",
    "..", ". ", "_ ", "_/", "__ / ", ": …", "- - ", "=", "…", "™", "&&", "a && ", "x == 1 ", "a::", "::", "->",
    "a->b()", "<kbd>", "1m x ", "• ",
    "| ", "a | ", ">> ", "A > ", "[ ] ", "( ) ", "[x] ", "[y/", "(a/b) ", "!=", "!",
  ])
  func longRunsAreHandled(_ unit: String) {
    let text = String(repeating: unit, count: 40_000 / unit.utf8.count)
    let spans = ProtectedSpanDetector.spans(in: text)
    #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound })
  }
}
