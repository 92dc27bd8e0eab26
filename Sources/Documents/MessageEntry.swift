/// A message of a catalogue with its comments and translations.
struct MessageEntry {
  private struct Field {
    /// `msgid`, `msgstr[1]`; nil for comments and blank lines, each of which is a field.
    var keyword: Substring?
    var lines: [FileLine]

    var value: String { lines.map { QuotedText.read($0.text) }.joined() }
    var raw: String { lines.map(\.raw).joined() }
  }

  private var fields: [Field] = []

  private(set) var hasTranslation = false

  /// - Parameter keyword: empty where the line goes on with the text of the one before.
  mutating func add(_ line: FileLine, keyword: Substring?) {
    if keyword?.isEmpty == true, !fields.isEmpty {
      fields[fields.count - 1].lines.append(line)
    } else {
      fields.append(Field(keyword: keyword, lines: [line]))
      if keyword?.hasPrefix("msgstr") == true { hasTranslation = true }
    }
  }

  func write(to document: inout DocumentBuilder) throws(DocumentError) {
    let isFuzzy = fields.contains { $0.keyword == nil && Self.isFuzzy($0) }
    // The first entry of a file has no message: it is about the file.
    guard let message = value("msgid"), !message.isEmpty else {
      for field in fields { try document.addFixed(field.raw) }
      return
    }
    let plural = value("msgid_plural") ?? message
    let forms = fields.count { $0.keyword?.hasPrefix("msgstr[") == true }
    for field in fields {
      if let keyword = field.keyword, keyword.hasPrefix("msgstr"), isFuzzy || field.value.isEmpty {
        // The singular for the first form of several, the plural for the others, or for the only one.
        let isSingular = keyword == "msgstr" || keyword == "msgstr[0]" && forms > 1
        try document.addText(Self.text(keyword, isSingular ? message : plural, field))
      } else {
        try document.addFixed(field.keyword == nil && isFuzzy ? Self.settled(field) : field.raw)
      }
    }
  }

  private func value(_ keyword: Substring) -> String? { fields.first { $0.keyword == keyword }?.value }

  private static func text(_ keyword: Substring, _ source: String, _ field: Field) -> DocumentText {
    let (last, end) = (field.lines.last?.end ?? "", field.lines.first?.end ?? "")
    let (name, newLine) = (String(keyword), end.isEmpty ? "\n" : String(end))
    let write: @Sendable (String) -> String = { translation in
      QuotedText.lines(of: translation, after: name).joined(separator: newLine)
    }
    return DocumentText(source) { write($0) + last }
  }

  private static func isFuzzy(_ field: Field) -> Bool { flags(field).contains("fuzzy") }

  private static func flags(_ field: Field) -> [Substring] {
    guard let line = field.lines.first?.text, line.hasPrefix("#,") else { return [] }
    return line.dropFirst(2).split(separator: ",").map { $0.drop { $0 == " " } }
  }

  /// A comment without the mark, and without the message that the fuzzy translation was made for.
  private static func settled(_ field: Field) -> String {
    guard let line = field.lines.first, !line.text.hasPrefix("#|") else { return "" }
    guard isFuzzy(field) else { return field.raw }
    let others = flags(field).filter { $0 != "fuzzy" }
    return others.isEmpty ? "" : "#, " + others.joined(separator: ", ") + line.end
  }
}
