/// A generator of HTML fragments that are well-formed XML too, and the same in every run.
///
/// They have blocks within blocks, tags within sentences, attributes, character references, comments, scripts and
/// tables.
package struct MarkupGenerator {
  /// Whether there are tags within sentences, and not only around them.
  package var tagsWithin: Bool
  /// The sentences of the last fragment as plain text, in their order. They are complete only without tags within
  /// sentences.
  package private(set) var sentences: [String] = []
  private var random: SplitMix

  package init(seed: UInt64, tagsWithin: Bool) {
    random = SplitMix(state: seed)
    self.tagsWithin = tagsWithin
  }

  private static let prose = [
    "A man in a blue shirt is standing on a ladder.", "Two young women are sitting in the grass & talking.",
    "A brown dog runs through the snow.", "Three people wait for the bus, and one of them reads.",
    "A child is playing with a red ball.", "Is the woman singing?", "An old man sleeps on a green bench.",
    "Four children jump into the water!", "A girl with long hair holds a small cat.", "People walk along the street.",
    "A black and white dog is jumping over a fence.", "The boy eats an apple while his mother looks at him.",
  ]
  private static let names = ["a", "b", "em", "i", "span", "strong", "u", "mark", "small"]
  private static let attributes = [
    "", "", #" class="x y""#, #" title='a "b" &gt; c'"#, #" href="http://example.org/?a=1&amp;b=2""#,
    #" data-x="1 > 0""#,
  ]
  private static let points = [
    #"<img src="a.png" alt="a > b"/>"#, "<!-- a <b> comment -->", "<wbr/>", #"<a id="here"></a>"#,
    "<script>if (1 == 2) { call(3); }</script>",
    "<input type=\"text\"/>", "<span></span>",
  ]

  package mutating func fragment() -> String {
    sentences = []
    return block(depth: 0)
  }

  private mutating func pick(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private mutating func block(depth: Int) -> String {
    switch Int.random(in: 0..<(depth < 3 ? 7 : 3), using: &random) {
    case 0: return "<p\(pick(Self.attributes))>\(text())</p>"
    case 1: return "<h2>\n  \(text())\n</h2>"
    case 2: return "<p>\(text())<br/>\(text())</p>"
    case 3: return "<ul>\n  <li>\(text())</li>\n  <li>\(text())</li>\n</ul>"
    case 4: return "<table><tr><td>\(text())</td><td class=\"n\">\(text())</td></tr></table>"
    case 5: return "<div translate=\"no\"><p>Not <b>this</b>.</p></div><section>\(block(depth: depth + 1))</section>"
    default: return "<div>\n\(block(depth: depth + 1))\n<!-- between -->\(block(depth: depth + 1))</div>"
    }
  }

  private mutating func text() -> String {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in sentence() }.joined(separator: pick([" ", "  ", "\n  "]))
  }

  private mutating func sentence() -> String {
    let plain = pick(Self.prose)
    if tagsWithin { return inline(plain.split(separator: " ").map(String.init), depth: 0) }
    sentences.append(plain)
    let name = pick(Self.names)
    return chance(50) ? escaped(plain) : "<\(name)\(pick(Self.attributes))>\(escaped(plain))</\(name)>"
  }

  private mutating func inline(_ words: [String], depth: Int) -> String {
    var parts: [String] = []
    var place = 0
    while place < words.count {
      if depth < 4, chance(18) {
        let end = min(words.count, place + Int.random(in: 1...5, using: &random))
        let name = pick(Self.names)
        parts.append(
          "<\(name)\(pick(Self.attributes))>\(inline(Array(words[place..<end]), depth: depth + 1))</\(name)>")
        place = end
      } else {
        let before = chance(8) ? pick(Self.points) : ""
        let behind = chance(4) ? pick(Self.points) : ""
        parts.append(before + escaped(words[place]) + behind)
        place += 1
      }
    }
    return parts.joined(separator: " ")
  }

  private func escaped(_ text: String) -> String { text.map { $0 == "&" ? "&amp;" : String($0) }.joined() }
}
