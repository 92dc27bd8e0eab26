/// Where a text is not JSON, or not the JSON that was asked for, and why.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  /// Bytes from the beginning of the text.
  package var offset: Int
  package var found: String
  package var expected: String

  package init(offset: Int, found: String, expected: String) {
    self.offset = offset
    self.found = found
    self.expected = expected
  }

  package var description: String { "expected \(expected), found \(found) (byte \(offset))" }
}
