import Foundation

/// A pair of terms: wherever the source is in a text, the translation has the target.
package struct Term: Sendable, Equatable {
  /// The rule for capital letters.
  package enum Case: String, CaseIterable, Sendable {
    /// The source is found in any case. The target follows it, and begins a sentence with a capital.
    case adapt
    /// The source is found in its own case alone, and the target never changes.
    case exact
    /// The source is found in any case, and the target never changes.
    case fixed
  }

  package var source: String
  package var target: String
  package var letterCase = Case.adapt
  /// Whether a regular plural of the source is found too, and translated by one of the target.
  package var inflects = false

  package init(source: String, target: String, letterCase: Case = .adapt, inflects: Bool = false) {
    self.source = source
    self.target = target
    self.letterCase = letterCase
    self.inflects = inflects
  }

  /// Whether the term keeps words as they are.
  var keeps: Bool { source == target }

  package static let maxBytes = 1024

  /// The reason why a text cannot be one side of a term; nil if it can.
  package static func fault(of text: String) -> String? {
    if text.utf8.isEmpty { return "found an empty text, expected a word" }
    if text.utf8.count > maxBytes { return "found \(text.utf8.count) bytes, expected at most \(maxBytes)" }
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "found a control character, expected text of one line"
    }
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
      !first.properties.isWhitespace, !last.properties.isWhitespace
    else { return "found white space at an end, expected none" }
    return nil
  }
}

/// A use of a term in a sentence.
package struct TermUse: Sendable, Equatable {
  /// The source and the target of the term.
  package var source: String
  package var target: String
  /// UTF-8 bytes of the source in the sentence.
  package var place: Range<Int>
  /// UTF-8 bytes of the target in the translation; nil if the term is not in it.
  package var translated: Range<Int>?

  package init(source: String, target: String, place: Range<Int>, translated: Range<Int>?) {
    self.source = source
    self.target = target
    self.place = place
    self.translated = translated
  }

  func moved(source offset: Int, target targetOffset: Int) -> TermUse {
    var use = self
    use.place = place.lowerBound + offset..<place.upperBound + offset
    use.translated = translated.map { $0.lowerBound + targetOffset..<$0.upperBound + targetOffset }
    return use
  }
}
