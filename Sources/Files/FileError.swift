import Compression

/// A file or folder of a model that cannot be used: which one, which thing in it, what was found and what was expected.
package struct FileError: Error, Equatable, CustomStringConvertible {
  package var file: String
  /// A tensor's name, a piece, a configuration key, or a part of the container such as "header length".
  package var item: String
  package var found: String
  package var expected: String

  package init(file: String, item: String, found: String, expected: String) {
    self.file = file
    self.item = item
    self.found = found
    self.expected = expected
  }

  /// An error of a decoder, told of a file. An error that tells its file already is kept.
  package init(file: String, item: String, unpacking error: any Error) {
    if let error = error as? FileError {
      self = error
    } else {
      let broken = error as? DecompressionError
      self.init(file: file, item: item, found: broken?.found ?? "\(error)", expected: broken?.expected ?? "packed data")
    }
  }

  package var description: String { "\(file): \(item): found \(found), expected \(expected)" }
}
