import Foundation

/// A model as an operator names it: `DIR`, or `NAME=DIR` to give it another id than the folder's name.
package struct ModelPlace: Equatable {
  /// Nil for the folder's own name.
  package let id: String?
  package let directory: String

  /// A text with `=` is a folder if there is one of that name, or if the part before the sign cannot be an id.
  package init(_ text: String) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, Self.isID(halves[0]), !halves[1].isEmpty, !FileManager.default.fileExists(atPath: text)
    else {
      id = nil
      directory = text
      return
    }
    id = String(halves[0])
    directory = String(halves[1])
  }

  /// Whether a text can be an id: letters, digits, `-`, `.` and `_`.
  private static func isID(_ text: Substring) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
  }
}
