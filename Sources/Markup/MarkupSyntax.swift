/// How a document is to be read.
package enum MarkupSyntax: Sendable, Equatable {
  /// Fragments and whole pages as people send them; what is not understood stays as it is.
  case html
  case xml(XMLRules)

  var isXML: Bool {
    if case .xml = self { return true }
    return false
  }
}

/// What the elements of an XML vocabulary are, by their names as written.
package struct XMLRules: Sendable, Equatable {
  /// Elements whose content is not translated.
  package var ignored: Set<String>
  /// Elements that never belong to the sentence around them.
  package var splitting: Set<String>
  /// Elements that stand within sentences, whatever their surroundings look like.
  package var nonSplitting: Set<String>
  /// Whether an element that is not named above stands within a sentence only where there is text beside it, rather
  /// than always.
  package var outlineDetection: Bool

  package init(
    ignored: Set<String> = [], splitting: Set<String> = [], nonSplitting: Set<String> = [],
    outlineDetection: Bool = true
  ) {
    self.ignored = ignored
    self.splitting = splitting
    self.nonSplitting = nonSplitting
    self.outlineDetection = outlineDetection
  }
}
