/// The texts of a document in the order of the file, each of which is made when it is read.
///
/// Texts whose bytes are a span of a member lie in one array of bytes. As strings, the thousands of texts of a workbook
/// would take several times their bytes, and leave gaps in the heap between them.
package struct DocumentTexts: Sendable, RandomAccessCollection {
  private struct Place {
    /// The bytes of the text, or its number among those that are kept as they are.
    var start: UInt32
    var count: UInt32
    /// The number of the notation, with the lowest bit for HTML; `kept` for texts that know their notation.
    var notation: UInt32

    static let kept = UInt32.max
  }

  /// The most bytes of all texts in one array.
  private static let maxBytes = Int(UInt32.max)

  private var places: [Place] = []
  private var bytes: [UInt8] = []
  private var notations: [XMLNotation] = []
  private var kept: [DocumentText] = []
  /// Whether a text is HTML. Then all are.
  private(set) var isMarkup = false

  package var startIndex: Int { 0 }
  package var endIndex: Int { places.count }

  package subscript(number: Int) -> DocumentText {
    let text = stored(places[number])
    return isMarkup ? text.asMarkup : text
  }

  private func stored(_ place: Place) -> DocumentText {
    let start = Int(place.start)
    guard place.notation != Place.kept else { return kept[start] }
    return DocumentText(
      String(decoding: bytes[start..<start + Int(place.count)], as: UTF8.self), isMarkup: place.notation & 1 == 1,
      notations[Int(place.notation >> 1)])
  }

  /// Whether the notation of a text is made of the text, rather than kept beside it.
  func isRewritten(_ number: Int) -> Bool {
    places[number].notation == Place.kept && kept[Int(places[number].start)].isRewritten
  }

  /// Adds a text before the one with a number, or after all others.
  mutating func insert(_ text: DocumentText, at number: Int) {
    isMarkup = isMarkup || text.isMarkup
    places.insert(place(of: text), at: number)
  }

  private mutating func place(of text: DocumentText) -> Place {
    let count = text.text.utf8.count
    guard let notation = text.spanNotation, bytes.count <= Self.maxBytes - count else {
      kept.append(text)
      return Place(start: UInt32(kept.count - 1), count: 0, notation: Place.kept)
    }
    if notations.last !== notation { notations.append(notation) }
    bytes += text.text.utf8
    let number = UInt32(notations.count - 1) << 1 | (text.isMarkup ? 1 : 0)
    return Place(start: UInt32(bytes.count - count), count: UInt32(count), notation: number)
  }
}
