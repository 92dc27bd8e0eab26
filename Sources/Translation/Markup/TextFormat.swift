import Markup

/// What a request's texts are.
package enum TextFormat: Sendable, Equatable {
  case text
  /// Fragments or whole pages: tags stay, the text between them is translated.
  case html
  case xml(XMLRules)

  var syntax: MarkupSyntax? {
    switch self {
    case .text: nil
    case .html: .html
    case .xml(let rules): .xml(rules)
    }
  }

  /// What a reader sees of a text.
  func readable(_ text: String) -> String {
    syntax.map { MarkupDocument(text, $0).passages.map(\.text).joined(separator: "\n") } ?? text
  }
}

package typealias XMLRules = Markup.XMLRules
