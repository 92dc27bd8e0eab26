import Testing

@testable import Markup

/// Counts of the work that placing takes if many tags are in one place.
struct PlacementCostTests {
  @Test func gapsBeyondARangeAreNotLookedAt() {
    let steps = StepCount()
    let gaps = CountedRanges((0..<4096).map { 10 * $0..<10 * $0 + 4 }, steps)
    #expect(BlockWriter.parts(of: 20_002..<20_016, without: gaps) == [20_004..<20_010, 20_014..<20_016])
    #expect(steps.count <= 30)
  }

  @Test func overlappingGapsAreOne() {
    #expect(BlockWriter.united([4..<6, 0..<3, 5..<9, 9..<10, 12..<12]) == [0..<3, 4..<10])
  }

  /// Each tag within a long word asks whether the translation has the same word.
  @Test func wordIsComparedWithItsTranslationOnce() {
    let (text, translated) = (Array("one Two three".utf8), Array("ONE two tree".utf8))
    let links = [(0..<3, 0..<3), (4..<7, 4..<7), (8..<13, 8..<12)].map {
      AlignmentLink(source: $0.0, target: $0.1)
    }
    let sentence = PassageTranslation.Sentence(source: 0..<13, target: 0..<12, links: links)
    let translation = PassageTranslation(text: "ONE two tree", sentences: [sentence])
    let words = WordAlignment(text, translated, translation, protectedSpans: [])
    #expect(words.repeatsAnchor == [true, true, false])
    #expect(words.targets(of: 1, in: 0..<3) == [1])
    #expect(words.targets(of: 1, in: 2..<3) == [])
  }

  @Test func manyTagsWithinOneWordStayInIt() {
    let tags = String(repeating: "a<wbr>", count: 3000)
    let translated = SwappingTranslator().translate("http" + tags + "b", .html)
    #expect(translated == ("http" + tags + "b").uppercased().replacing("<WBR>", with: "<wbr>"))
  }
}

private final class StepCount {
  var count = 0
}

/// Ranges that count how often one of them is read.
private struct CountedRanges: RandomAccessCollection {
  let base: [Range<Int>]
  let steps: StepCount

  init(_ base: [Range<Int>], _ steps: StepCount) {
    self.base = base
    self.steps = steps
  }

  var startIndex: Int { 0 }
  var endIndex: Int { base.count }

  subscript(index: Int) -> Range<Int> {
    steps.count += 1
    return base[index]
  }
}
