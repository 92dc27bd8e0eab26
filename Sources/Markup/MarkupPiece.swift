/// A part of a document. The pieces of a document one after the other are the document, byte for byte.
struct MarkupPiece: Sendable {
  enum Kind: Sendable {
    /// Characters and references to characters.
    case text
    case start(StartTag)
    case end(name: String)
    /// Stays as it is: comments, declarations, processing instructions, scripts, what could not be read.
    case opaque
  }

  var kind: Kind
  /// Bytes of the document.
  var range: Range<Int>
}

struct StartTag: Sendable {
  /// In lower case in HTML, as written in XML.
  var name: String
  /// Void, or closed by itself.
  var isEmpty = false
  /// `translate="no"` or `class="notranslate"`.
  var isKept = false
  /// `xml:space="preserve"`.
  var keepsSpace = false
}
