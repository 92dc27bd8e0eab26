import Foundation

/// A file mapped for reading, unmapped when the last tensor that points into it is gone.
package final class MappedFile: Sendable {
  package let path: String
  private let data: Data

  package init(path: String) throws {
    self.path = path
    data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
  }

  package var count: Int { data.count }

  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try data.withUnsafeBytes(body)
  }
}
