/// Writes text into a document.
struct Escaping: Sendable {
  /// As the source wrote them, where it did not write the characters themselves.
  private var spellings: [Unicode.Scalar: [UInt8]] = [:]

  /// Those that a reader may have meant to see written out: without width, not to be broken, or quotes.
  private static let respelled: Set<Unicode.Scalar> = [
    "\"", "'", "&", "<", ">", "\u{A0}", "\u{AD}", "\u{2002}", "\u{2003}", "\u{2009}", "\u{200B}", "\u{200C}",
    "\u{200D}", "\u{200E}", "\u{200F}", "\u{2011}", "\u{202F}", "\u{2060}",
  ]

  mutating func note(_ scalar: Unicode.Scalar, spelled: ArraySlice<UInt8>) {
    if Self.respelled.contains(scalar) { spellings[scalar] = Array(spelled) }
  }

  /// Appends UTF-8 with what markup would misread written out.
  func write(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    guard spellings.isEmpty else { return respell(text, to: &output) }
    for byte in text {
      switch byte {
      case .ampersand: output += Array("&amp;".utf8)
      case .less: output += Array("&lt;".utf8)
      case .greater: output += Array("&gt;".utf8)
      default: output.append(byte)
      }
    }
  }

  private func respell(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      if let spelling = spellings[scalar] {
        output += spelling
      } else {
        let utf8 = Array(String(scalar).utf8)
        Escaping().write(utf8[...], to: &output)
      }
    }
  }
}
