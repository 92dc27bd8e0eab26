import Testing
import Translation

@Suite struct CloseMatchTests {
  private func match(_ wanted: String, in text: String) -> (text: String, edits: Int) {
    let bytes = Array(text.utf8)
    let match = CloseMatch(of: Array(wanted.utf8), in: bytes)
    return (String(decoding: bytes[match.range], as: UTF8.self), match.edits)
  }

  @Test(arguments: [
    ("v1.2.3", "REALLY?!V1.2.3,", "V1.2.3", 0), ("a@b.org", "(a @b.org)", "a @b.org", 1),
    ("https://x.c/a", "https:/x.c/a.", "https:/x.c/a", 1), ("abc", "", "", 3), ("", "abc", "", 0),
    ("{name}", "{nom}", "{nom}", 2), ("aba", "abababa", "aba", 0),
  ])
  func finds(_ wanted: String, _ text: String, _ expected: String, _ edits: Int) {
    let found = match(wanted, in: text)
    #expect(found.text == expected)
    #expect(found.edits == edits)
  }
}
