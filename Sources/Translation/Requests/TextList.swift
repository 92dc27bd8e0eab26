/// The texts of a request in their order: strings in memory, or texts that are made each time they are read.
///
/// The thousands of texts of a document would take several times their bytes as strings.
package struct TextList: Sendable, RandomAccessCollection, ExpressibleByArrayLiteral, Equatable {
  private enum Content: Sendable {
    case strings([String])
    case made(count: Int, @Sendable (Int) -> String)
  }

  private let content: Content

  package init(_ texts: [String]) { content = .strings(texts) }

  package init(arrayLiteral texts: String...) { content = .strings(texts) }

  /// - Parameter text: makes a text by its number, which is below `count`.
  package init(count: Int, text: @escaping @Sendable (Int) -> String) { content = .made(count: count, text) }

  package var startIndex: Int { 0 }

  package var endIndex: Int {
    switch content {
    case .strings(let texts): texts.count
    case .made(let count, _): count
    }
  }

  package subscript(number: Int) -> String {
    switch content {
    case .strings(let texts): texts[number]
    case .made(_, let text): text(number)
    }
  }

  package static func == (one: TextList, other: TextList) -> Bool { one.elementsEqual(other) }
}
