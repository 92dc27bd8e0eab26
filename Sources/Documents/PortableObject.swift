/// Catalogues of messages (.po, GNU gettext manual, "The Format of PO Files"): messages without a translation, and those
/// whose translation is marked as fuzzy, are translated; everything else stands. The mark goes with the translation.
struct PortableObject {
  private var pieces: [Document.Piece] = []
  private var entry = MessageEntry()

  static func pieces(of file: String) -> [Document.Piece] {
    var reader = PortableObject()
    for line in FileLine.lines(of: file) { reader.take(line) }
    reader.finishEntry()
    return reader.pieces
  }

  private mutating func take(_ line: FileLine) {
    let text = line.text.drop { $0 == " " || $0 == "\t" }
    let keyword = text.prefix { $0 != " " && $0 != "\"" && $0 != "\t" }
    // A message ends with its translations.
    let goesOn = text.hasPrefix("\"") || keyword.hasPrefix("msgstr")
    if !goesOn, entry.hasTranslation { finishEntry() }
    entry.add(line, keyword: text.hasPrefix("#") || text.isEmpty ? nil : keyword)
  }

  private mutating func finishEntry() {
    pieces += entry.pieces
    entry = MessageEntry()
  }
}
