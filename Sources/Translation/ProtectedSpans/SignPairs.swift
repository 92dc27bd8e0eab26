/// Protected signs in pairs around words: the brackets of a link, a tag with its end, signs of emphasis.
struct SignPairs {
  /// The number of the other sign of each span that has one.
  private let others: [Int: Int]
  private let spans: [Range<Int>]

  /// - Parameter spans: the protected spans of a text, in their order.
  init(_ spans: [Range<Int>], in text: ByteText) {
    self.spans = spans
    var others: [Int: Int] = [:]
    var open: [Int] = []
    for (index, span) in spans.enumerated() {
      switch SpanRole(span, in: text) {
      case .word: break
      case .opening: open.append(index)
      case .closing:
        guard let start = open.lastIndex(where: { Self.isPair(text[spans[$0]], text[span]) }) else { break }
        others[open[start]] = index
        others[index] = open[start]
        open.removeSubrange(start...)
      }
    }
    self.others = others
  }

  private static func isPair(_ start: String, _ end: String) -> Bool {
    if end.hasPrefix("](") { return start.hasSuffix("[") }
    guard end.hasPrefix("[/") || end.hasPrefix("</") else { return start == end }
    let name = start.dropFirst().prefix { $0.isLetter || $0.isNumber }
    return start.first == end.first && end.dropFirst(2).prefix { $0.isLetter || $0.isNumber } == name
  }

  /// Returns the other sign of a pair; nil if the span has none.
  func other(of span: Range<Int>) -> Range<Int>? {
    spans.firstIndex(of: span).flatMap { others[$0] }.map { spans[$0] }
  }

  /// Returns the bytes between a sign and its other one; nil if it has none.
  func words(beside span: Range<Int>) -> Range<Int>? {
    other(of: span).map { min(span.upperBound, $0.upperBound)..<max(span.lowerBound, $0.lowerBound) }
  }

  /// Returns the spans that a translation has in a wrong order: an end before its start.
  /// - Parameter links: the places of the spans in the translation.
  func swapped(_ links: [AlignmentLink]) -> [Range<Int>] {
    others.filter { $0.key < $0.value }.flatMap { pair -> [Range<Int>] in
      let (start, end) = (spans[pair.key], spans[pair.value])
      let (first, last) = (links.first { $0.source == start }, links.first { $0.source == end })
      guard let first, let last, last.target.lowerBound < first.target.upperBound else { return [] }
      return [start, end]
    }
  }
}

extension SpanRole {
  /// Signs of emphasis begin or end words by what is beside them; all other spans are known by their own text.
  init(_ span: Range<Int>, in text: ByteText) {
    let sign = text[span]
    let isEmphasis = Self.emphasis.contains(sign)
    self = isEmphasis ? .closing : SpanRole(sign)
    guard isEmphasis, span.upperBound < text.count, !ASCII.isSpace(text.byte(span.upperBound)) else { return }
    let isFirst = span.lowerBound == 0
    if isFirst || ASCII.isSpace(text.byte(span.lowerBound - 1))
      || ASCII.isOne(of: "([\"'-", text.byte(span.lowerBound - 1))
    {
      self = .opening
    }
  }

  /// Returns the spans of a text that are signs of emphasis: the words around them are read better without these.
  static func emphasis(of spans: [Range<Int>], in text: String) -> [Range<Int>] {
    let short = spans.filter { $0.count <= 3 }
    guard !short.isEmpty else { return [] }
    let source = ByteText(text)
    return short.filter { ASCII.isOne(of: "*_~", source.byte($0.lowerBound)) && emphasis.contains(source[$0]) }
  }

  private static let emphasis: Set<String> = ["*", "**", "***", "_", "__", "~~"]
}
