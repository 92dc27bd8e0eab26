/// A tokenizer file that cannot be used: which file, which thing in it, what was found and what was expected.
package struct TokenizationError: Error, Equatable, CustomStringConvertible {
  package var file: String
  /// A piece, a field of a specification, or a part of the container such as "byte 12".
  package var item: String
  package var found: String
  package var expected: String

  package init(file: String, item: String, found: String, expected: String) {
    self.file = file
    self.item = item
    self.found = found
    self.expected = expected
  }

  package var description: String { "\(file): \(item): found \(found), expected \(expected)" }
}
