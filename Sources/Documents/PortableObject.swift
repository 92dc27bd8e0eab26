extension DocumentFormat {
  /// Catalogues of messages (GNU gettext manual, "The Format of PO Files").
  package static let portableObject = DocumentFormat(
    fileExtension: "po", mediaType: "text/x-gettext-translation", others: .named(NamedCharset.ofCatalogue)
  ) { (file, document) throws(DocumentError) in try PortableObject.read(file, into: &document) }
}

/// A reader of message catalogues.
///
/// Messages without a translation, and messages whose translation is marked as fuzzy, are translated. A fuzzy mark
/// goes with its translation; everything else does not change.
private struct PortableObject {
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
    let isContinuation = text.hasPrefix("\"") || keyword.hasPrefix("msgstr")
    if !isContinuation, entry.hasTranslation { try finishEntry(&document) }
    entry.add(line, keyword: text.hasPrefix("#") || text.isEmpty ? nil : keyword)
  }

  private mutating func finishEntry(_ document: inout DocumentBuilder) throws(DocumentError) {
    try entry.write(to: &document)
    entry = MessageEntry()
  }
}

/// A message of a catalogue with its comments and translations.
private struct MessageEntry {
  private struct Field {
    /// `msgid`, `msgstr[1]`; nil for comments and blank lines, each of which is a field.
    var keyword: Substring?
    var lines: [FileLine]

    /// The text between the quotes of all lines, with its escapes.
    var value: String { lines.map { QuotedText.content($0.text) }.joined() }
    /// Columns of the longest line.
    var width: Int { lines.map(\.text.count).max() ?? 0 }
    var raw: String { lines.map(\.raw).joined() }
  }

  private var fields: [Field] = []

  private(set) var hasTranslation = false

  /// - Parameter keyword: empty if the line continues the text of the line before.
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
    // The first entry of a file has no message: it describes the file.
    guard let message = value("msgid"), !message.isEmpty else {
      for field in fields { try document.addFixed(field.raw) }
      return
    }
    let (singular, plural) = (MessageLabel(message), MessageLabel(value("msgid_plural") ?? message))
    let width = isWrapped ? QuotedText.width : .max
    let forms = fields.count { $0.keyword?.hasPrefix("msgstr[") == true }
    for field in fields {
      if let keyword = field.keyword, keyword.hasPrefix("msgstr"), isFuzzy || field.value.isEmpty {
        // The first of several forms is the singular; the other forms, or a single one, are the plural.
        let isSingular = keyword == "msgstr" || keyword == "msgstr[0]" && forms > 1
        try document.addText(Self.text(keyword, isSingular ? singular : plural, field, width: width))
      } else {
        try document.addFixed(field.keyword == nil && isFuzzy ? Self.withoutFuzzyMark(field) : field.raw)
      }
    }
  }

  private func value(_ keyword: Substring) -> String? { fields.first { $0.keyword == keyword }?.value }

  /// Whether long lines are broken. The flag `no-wrap` says no, and so does a message whose own lines are longer.
  private var isWrapped: Bool {
    !fields.contains { field in
      field.keyword == nil ? Self.flags(field).contains("no-wrap") : field.width > QuotedText.width + 1
    }
  }

  private static func text(_ keyword: Substring, _ source: MessageLabel, _ field: Field, width: Int) -> DocumentText {
    let (last, end) = (field.lines.last?.end ?? "", field.lines.first?.end ?? "")
    let (name, newLine) = (String(keyword), end.isEmpty ? "\n" : String(end))
    return DocumentText(source.text.source, isMarkup: source.text.isMarkup) { translation in
      let content = source.target(translation)
      return QuotedText.lines(of: content, after: name, width: width).joined(separator: newLine) + last
    }
  }

  private static func isFuzzy(_ field: Field) -> Bool { flags(field).contains("fuzzy") }

  private static func flags(_ field: Field) -> [Substring] {
    guard let line = field.lines.first?.text, line.hasPrefix("#,") else { return [] }
    return line.dropFirst(2).split(separator: ",").map { $0.drop { $0 == " " } }
  }

  /// A comment without the fuzzy mark. The message that the fuzzy translation was made for (`#|`) is left out.
  private static func withoutFuzzyMark(_ field: Field) -> String {
    guard let line = field.lines.first, !line.text.hasPrefix("#|") else { return "" }
    guard isFuzzy(field) else { return field.raw }
    let others = flags(field).filter { $0 != "fuzzy" }
    return others.isEmpty ? "" : "#, " + others.joined(separator: ", ") + line.end
  }
}
