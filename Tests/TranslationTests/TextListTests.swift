import Testing

@testable import Translation

/// Tests of lists of texts.
struct TextListTests {
  @Test func textsThatAreMadeAreThoseInMemory() {
    let words = ["one", "", "three"]
    let made = TextList(count: words.count) { words[$0] }
    #expect(made == TextList(words))
    #expect(Array(made) == words)
    #expect(made != ["one", "", "four"])
    #expect(made.dropFirst().map { $0 } == ["", "three"])
    #expect(TextList(count: 0) { _ in "" }.isEmpty)
  }
}
