import Support
import Testing
import Translation

/// Signs in pairs around words in plain text: emphasis and links.
@Suite struct SignPairTests {
  private func spans(_ text: String) -> [String] {
    ProtectedSpanDetector.spans(in: text).map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
  }

  @Test(arguments: [
    ("This is **very important** for us", ["**", "**"]), ("A *slanted* and _such_ word", ["*", "*", "_", "_"]),
    ("***All*** of ~~it~~ and __this one__", ["***", "***", "~~", "~~", "__", "__"]),
    ("**Bold with *slanted* words** here", ["**", "*", "*", "**"]), ("(**so**), \"*yes*\"", ["**", "**", "*", "*"]),
    ("5 * 3 * 2, a*b*c and 2**3", []), ("*A note without an end", []), ("** not ** this", []),
    ("**12** is no word", []), ("snake_case_name", ["snake_case_name"]),
  ])
  func signsOfEmphasisAreProtectedInPairs(_ text: String, _ expected: [String]) {
    #expect(spans(text) == expected)
  }

  @Test(arguments: ["*", "**a", "*a ", "_a_", "~~a", "**a** "])
  func longRunsOfSignsAreRead(_ unit: String) {
    let text = String(repeating: unit, count: 40_000 / unit.utf8.count)
    #expect(spans(text).allSatisfy { !$0.isEmpty })
  }

  /// The tokenizer has no tokens for these signs.
  @Test(arguments: [
    "This is **very important** now.", "**Note:** the door is closed.", "The [red dog](https://a.com/b) runs.",
    "A *small* dog and a _big_ one.", "He is a **good** man with a **bad** dog.",
  ])
  func unreadSignsArePutBackAroundTheirWords(_ text: String) throws {
    let signs: Set<Unicode.Scalar> = ["*", "[", "]", "_"]
    let service = try TestService(tokenizer: ScalarTokenizer(unknown: { signs.contains($0) }))
    let translated = try service.translate(text).text
    #expect(translated.lowercased() == text.lowercased())
  }

  /// A model that ends a link before its start, or emphasises nothing.
  @Test(arguments: [
    ("The [red dog](https://a.com/b) runs.", "LE CHIEN](https://a.com/b) [ROUGE COURT."),
    ("The **red dog** runs.", "LE CHIEN ROUGE COURT."), ("The **red dog** runs.", "LE **CHIEN ROUGE COURT."),
  ])
  func brokenPairsAreTranslatedAgain(_ source: String, _ wrong: String) throws {
    let service = try TestService(script: { text, _ in text == source ? wrong : nil })
    let translated = try service.translate(source)
    #expect(translated.sentences[0].repairs.contains { $0.kind == .kept })
    #expect(translated.text.lowercased() == source.lowercased())
  }
}
