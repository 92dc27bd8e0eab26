import Compression
import Glibc

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

  /// An error of a file or folder as a whole.
  /// - Parameter problem: what is the matter, as it continues "FILE: ".
  package init(file: String, problem: String) {
    self.init(file: file, item: "", found: problem, expected: "")
  }

  /// A file or folder that the system does not let this program read.
  /// - Parameter code: the value of `errno`.
  package init(unreadable file: String, code: Int32) {
    let reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
    self.init(file: file, problem: "cannot be read: " + reason.prefix(1).lowercased() + reason.dropFirst())
  }

  package var description: String {
    item.isEmpty ? "\(file): \(found)" : "\(file): \(item): found \(found), expected \(expected)"
  }
}
