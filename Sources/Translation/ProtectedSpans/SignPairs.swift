/// Protected signs in pairs around words: the brackets of a link, a tag with its end, signs of emphasis.
struct SignPairs {
  private var pairs: [(start: Range<Int>, end: Range<Int>)] = []
  /// The bytes between both signs, by each of them.
  private var words: [Range<Int>: Range<Int>] = [:]

  /// - Parameter spans: the protected spans of a text, in their order.
  init(_ spans: [Range<Int>], in text: ByteText) {
    var open: [Range<Int>] = []
    for span in spans {
      switch SpanRole(span, in: text) {
      case .word: break
      case .opening: open.append(span)
      case .closing:
        guard let index = open.lastIndex(where: { Self.isPair(text[$0], text[span]) }) else { break }
        let start = open[index]
        open.removeSubrange(index...)
        pairs.append((start, span))
        words[start] = start.upperBound..<max(start.upperBound, span.lowerBound)
        words[span] = words[start]
      }
    }
  }

  private static func isPair(_ start: String, _ end: String) -> Bool {
    if end.hasPrefix("](") { return start.hasSuffix("[") }
    guard end.hasPrefix("[/") || end.hasPrefix("</") else { return start == end }
    let name = start.dropFirst().prefix { $0.isLetter || $0.isNumber }
    return start.first == end.first && end.dropFirst(2).prefix { $0.isLetter || $0.isNumber } == name
  }

  /// Returns the bytes between a sign and its other one; nil if it has none.
  func words(beside span: Range<Int>) -> Range<Int>? { words[span] }

  /// Returns the spans that a translation has in a wrong order: an end before its start.
  /// - Parameter links: the places of the spans in the translation.
  func swapped(_ links: [AlignmentLink]) -> [Range<Int>] {
    guard !pairs.isEmpty else { return [] }
    let places = Dictionary(links.map { ($0.source, $0.target) }, uniquingKeysWith: { first, _ in first })
    return pairs.flatMap { start, end -> [Range<Int>] in
      guard let first = places[start], let last = places[end], last.lowerBound < first.upperBound else { return [] }
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
    if span.lowerBound == 0 || Self.emphasisFollows(text.byte(span.lowerBound - 1)) { self = .opening }
  }

  /// Whether a sign of emphasis after a byte can begin words.
  static func emphasisFollows(_ byte: UInt8) -> Bool { ASCII.isSpace(byte) || ASCII.isOne(of: "([\"'-", byte) }

  /// Returns the spans of a text that are signs of emphasis: the words around them are read better without these.
  static func emphasis(of spans: [Range<Int>], in text: String) -> [Range<Int>] {
    let short = spans.filter { $0.count <= 3 }
    guard !short.isEmpty else { return [] }
    let source = ByteText(text)
    return short.filter { ASCII.isOne(of: "*_~", source.byte($0.lowerBound)) && emphasis.contains(source[$0]) }
  }

  private static let emphasis: Set<String> = ["*", "**", "***", "_", "__", "~~"]
}
