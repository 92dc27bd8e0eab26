/// A source and a target language, by their codes.
package struct LanguagePair: Hashable, Sendable {
  package var source: String
  package var target: String

  package init(source: String, target: String) {
    self.source = source
    self.target = target
  }
}
