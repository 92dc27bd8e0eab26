import Foundation

/// A page in Markdown of which some parts are measured: what stands between `<!-- bench NAME -->` and
/// `<!-- /bench NAME -->`. All else is left as somebody wrote it.
package struct MarkedPage {
  private let path: String
  package private(set) var text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// - Throws: `InputError` where the file is no readable text.
  init(path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path), let text = String(validating: bytes, as: UTF8.self)
    else { throw InputError(description: "\(path): found nothing to read, expected a page in Markdown") }
    self.init(path: path, text: text)
  }

  /// - Throws: `InputError` where the page has no such part.
  package mutating func replace(_ name: String, with part: String) throws {
    let (start, end) = ("<!-- bench \(name) -->", "<!-- /bench \(name) -->")
    guard let from = text.range(of: start)?.upperBound,
      let to = text.range(of: end, range: from..<text.endIndex)?.lowerBound
    else {
      throw InputError(description: "\(path): found no part \(name), expected the lines \(start) and \(end)")
    }
    text.replaceSubrange(from..<to, with: "\n\(part)\n")
  }
}
