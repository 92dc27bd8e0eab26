/// Finds what a translation has to leave as it is: addresses of the web and of mail, code, placeholders, paths and
/// names of files, mentions and tags, emoji, versions and other long numbers. One pass over the bytes.
package enum KeptSpanDetector {
  /// - Returns: ranges of UTF-8, in their order, not overlapping, at character boundaries.
  package static func spans(in text: String) -> [Range<Int>] {
    var scan = SpanScan(Array(text.utf8))
    return scan.spans()
  }
}

extension Passage {
  /// The same with what is found to be kept beside what was known to be.
  func keepingWhatItShows() -> Passage {
    let found = KeptSpanDetector.spans(in: text)
    guard !found.isEmpty else { return self }
    guard !kept.isEmpty else { return Passage(text: text, kept: found) }
    var known = kept[...]
    let new = found.filter { span in
      while let first = known.first, first.upperBound <= span.lowerBound { known.removeFirst() }
      return known.first.map { $0.lowerBound >= span.upperBound } ?? true
    }
    return Passage(text: text, kept: (kept + new).sorted { $0.lowerBound < $1.lowerBound })
  }
}
