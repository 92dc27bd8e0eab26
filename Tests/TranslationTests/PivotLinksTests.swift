import Testing

@testable import Translation

/// Links through a language between, found in sorted lists.
@Suite struct PivotLinksTests {
  /// The slow way: every link of the first translation is looked at.
  private func traced(_ second: AlignmentLink, through links: [AlignmentLink]) -> AlignmentLink? {
    let shared = links.map { (link: $0, bytes: $0.target.clamped(to: second.source).count) }
    guard let best = shared.max(by: { $0.bytes < $1.bytes }), best.bytes > 0 else { return nil }
    return AlignmentLink(source: best.link.source, target: second.target)
  }

  @Test func agreesWithLookingAtEveryLink() {
    var numbers = SystemRandomNumberGenerator()
    func range() -> Range<Int> {
      let start = Int.random(in: 0..<60, using: &numbers)
      return start..<start + Int.random(in: 0...12, using: &numbers)
    }
    for count in 0..<200 {
      let links = (0..<count % 40).map { _ in AlignmentLink(source: range(), target: range()) }
      let pivot = PivotLinks(links)
      for _ in 0..<40 {
        let second = AlignmentLink(source: range(), target: range())
        #expect(pivot.traced(second) == traced(second, through: links), "\(links) \(second)")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aHundredThousandLinksTakeNoTime() {
    let links = (0..<100_000).map { AlignmentLink(source: 2 * $0..<2 * $0 + 2, target: 2 * $0..<2 * $0 + 2) }
    let pivot = PivotLinks(links)
    let traced = links.reversed().compactMap(pivot.traced)
    #expect(traced.reversed() == links)
  }
}
