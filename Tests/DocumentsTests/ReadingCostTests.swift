import Testing

@testable import Documents

/// Counts of the work that reading takes, for files that once took time quadratic in their length.
struct ReadingCostTests {
  @Test func untranslatedMessagesAreWrittenOnlyWithTheirTranslations() {
    let file = "msgid \"" + String(repeating: "a", count: 1000) + "\"\n" + String(repeating: "msgstr\n", count: 1000)
    let texts = DocumentFormat.portableObject.read(file).texts
    #expect(texts.count == 1000)
    #expect(texts.allSatisfy { $0.raw == nil })
  }
}
