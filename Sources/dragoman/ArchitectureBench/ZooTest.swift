import Foundation
import Translation

/// A text and its translation by a person, line by line.
struct ZooTest {
  let name: String
  let sources: [String]
  let references: [String]

  /// - Parameter prefix: path of two files without their endings, as `.en` and `.de`.
  /// - Throws: `InputError` where one can not be read or they differ in length.
  init(prefix: String, pair: LanguagePair) throws {
    name = URL(filePath: prefix).lastPathComponent
    sources = try LineReader.lines(of: "\(prefix).\(pair.source)")
    references = try LineReader.lines(of: "\(prefix).\(pair.target)")
    guard sources.count == references.count, !sources.isEmpty else {
      throw InputError(
        description: "\(prefix): found \(sources.count) and \(references.count) lines, expected as many of both")
    }
  }
}
