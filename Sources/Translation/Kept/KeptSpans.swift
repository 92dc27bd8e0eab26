/// Finding what had to stand as it is in a translation.
enum KeptSpans {
  /// Those that do not stand in the translation exactly as often as in the source.
  static func broken(_ spans: [Range<Int>], of source: ByteText, in target: ByteText) -> [Range<Int>] {
    var isWhole: [Bool: [String: Bool]] = [:]
    return spans.filter { span in
      let text = source[span]
      let alone = source.standsAlone(span)
      if let known = isWhole[alone]?[text] { return !known }
      let whole = source.places(of: text, alone: alone).count == target.places(of: text, alone: alone).count
      isWhole[alone, default: [:]][text] = whole
      return !whole
    }
  }

  /// Where each span stands again: long ones first, which short ones may be part of; spans of the same bytes in their
  /// order.
  /// - Returns: one a span that is there, in the order of the spans.
  static func links(_ spans: [Range<Int>], of source: ByteText, in target: ByteText) -> [AlignmentLink] {
    var isTaken = [Bool](repeating: false, count: target.count)
    /// The places of each text that were not looked at yet.
    var places: [Bool: [String: ArraySlice<Range<Int>>]] = [:]
    var found: [AlignmentLink] = []
    for span in spans.sorted(by: { ($1.count, $0.lowerBound) < ($0.count, $1.lowerBound) }) {
      let text = source[span]
      let alone = source.standsAlone(span)
      var rest = places[alone]?[text] ?? target.places(of: text, alone: alone)[...]
      // Ranges that are taken are not shorter, so one that overlaps covers an end.
      rest = rest.drop { isTaken[$0.lowerBound] || isTaken[$0.upperBound - 1] }
      if let free = rest.popFirst() {
        for index in free { isTaken[index] = true }
        found.append(AlignmentLink(source: span, target: free))
      }
      places[alone, default: [:]][text] = rest
    }
    return found.sorted { $0.source.lowerBound < $1.source.lowerBound }
  }
}
