import Markup
import Support
import Testing

/// Tests with generated fragments: they stay well-formed, with every tag within its elements and every word.
@Suite struct GeneratedMarkupTests {
  private func check(_ syntax: MarkupSyntax, _ translator: SwappingTranslator, seed: UInt64) throws {
    var generator = MarkupGenerator(seed: seed, tagsWithin: true)
    for _ in 0..<500 {
      let source = generator.fragment()
      let written = translator.translate(MarkupDocument(source, syntax))
      let (before, after) = (try TagTree(source), try TagTree(written.text))
      #expect(before == after, "\(source)\nbecame\n\(written.text)")
      #expect(letters(before.text) == letters(after.text), "\(source)\nbecame\n\(written.text)")
    }
  }

  /// The words of a text, sorted and in capitals.
  private func letters(_ text: String) -> [Character] { text.uppercased().filter { !$0.isWhitespace }.sorted() }

  @Test func htmlTagsStayNested() throws {
    try check(.html, SwappingTranslator(), seed: 1)
    try check(.html, SwappingTranslator(aligns: false), seed: 2)
  }

  @Test func xmlTagsStayNested() throws {
    try check(.xml(XMLRules()), SwappingTranslator(), seed: 3)
    try check(.xml(XMLRules(outlineDetection: false)), SwappingTranslator(), seed: 4)
  }

  /// No tag moves if no word does. Each passage is one sentence here, in which white space is one space.
  @Test func tagsDoNotMoveIfWordsDoNot() throws {
    var generator = MarkupGenerator(seed: 5, tagsWithin: true)
    for _ in 0..<200 {
      let source = generator.fragment()
      let document = MarkupDocument(source, .html)
      let written = document.written(document.passages.map(copied))
      #expect(spaced(written.text) == spaced(source))
      #expect(written.unplaced.isEmpty)
    }
  }

  private func spaced(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Returns a translation in which each byte is aligned with itself.
  private func copied(_ passage: Passage) -> PassageTranslation {
    let bytes = Array(passage.text.utf8)
    guard let first = bytes.firstIndex(where: { $0 != 32 }), let last = bytes.lastIndex(where: { $0 != 32 }) else {
      return PassageTranslation(text: passage.text, sentences: [])
    }
    let range = first..<last + 1
    let kept = passage.protectedSpans.map { AlignmentLink(source: $0, target: $0) }
    let links = range.map { AlignmentLink(source: $0..<$0 + 1, target: $0..<$0 + 1) }
    return PassageTranslation(
      text: passage.text, sentences: [.init(source: range, target: range, links: links, keptLinks: kept)])
  }
}
