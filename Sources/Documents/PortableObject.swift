/// Catalogues of messages (.po, GNU gettext manual, "The Format of PO Files"): messages without a translation, and those
/// whose translation is marked as fuzzy, are translated; everything else stands. The mark goes with the translation.
struct PortableObject {
  private var entry = MessageEntry()

  static func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    var reader = PortableObject()
    for line in FileLine.lines(of: file) { try reader.take(line, &document) }
    try reader.finishEntry(&document)
  }

  private mutating func take(_ line: FileLine, _ document: inout DocumentBuilder) throws(DocumentError) {
    let text = line.text.drop { $0 == " " || $0 == "\t" }
    let keyword = text.prefix { $0 != " " && $0 != "\"" && $0 != "\t" }
    // A message ends with its translations.
    let goesOn = text.hasPrefix("\"") || keyword.hasPrefix("msgstr")
    if !goesOn, entry.hasTranslation { try finishEntry(&document) }
    entry.add(line, keyword: text.hasPrefix("#") || text.isEmpty ? nil : keyword)
  }

  private mutating func finishEntry(_ document: inout DocumentBuilder) throws(DocumentError) {
    try entry.write(to: &document)
    entry = MessageEntry()
  }
}
