/// A model folder that cannot be served although its files can be read.
package struct ModelFolderError: Error, Equatable, CustomStringConvertible {
  package var folder: String
  package var item: String
  package var found: String
  package var expected: String

  package init(folder: String, item: String, found: String, expected: String) {
    self.folder = folder
    self.item = item
    self.found = found
    self.expected = expected
  }

  package var description: String { "\(folder): \(item): found \(found), expected \(expected)" }
}
