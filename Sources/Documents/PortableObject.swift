extension DocumentFormat {
  /// Catalogues of messages (GNU gettext manual, "The Format of PO Files").
  package static let portableObject = DocumentFormat(
    fileExtension: "po", mediaType: "text/x-gettext-translation; charset=utf-8"
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

    var value: String { lines.map { QuotedText.read($0.text) }.joined() }
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
    let plural = value("msgid_plural") ?? message
    let forms = fields.count { $0.keyword?.hasPrefix("msgstr[") == true }
    for field in fields {
      if let keyword = field.keyword, keyword.hasPrefix("msgstr"), isFuzzy || field.value.isEmpty {
        // The first of several forms is the singular; the other forms, or a single one, are the plural.
        let isSingular = keyword == "msgstr" || keyword == "msgstr[0]" && forms > 1
        try document.addText(Self.text(keyword, isSingular ? message : plural, field))
      } else {
        try document.addFixed(field.keyword == nil && isFuzzy ? Self.withoutFuzzyMark(field) : field.raw)
      }
    }
  }

  private func value(_ keyword: Substring) -> String? { fields.first { $0.keyword == keyword }?.value }

  private static func text(_ keyword: Substring, _ source: String, _ field: Field) -> DocumentText {
    let (last, end) = (field.lines.last?.end ?? "", field.lines.first?.end ?? "")
    let (name, newLine) = (String(keyword), end.isEmpty ? "\n" : String(end))
    return DocumentText(source) { translation in
      QuotedText.lines(of: translation, after: name).joined(separator: newLine) + last
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

/// Text in quotes with escapes, the notation of message catalogues.
private enum QuotedText {
  /// Columns that gettext's tools fill.
  private static let width = 79
  private static let escapes: [(character: Character, code: Character)] = [
    ("\n", "n"), ("\t", "t"), ("\r", "r"), ("\"", "\""), ("\\", "\\"),
  ]

  /// Returns the text between the first quote of a line and the last; an empty text if there are none.
  static func read(_ line: Substring) -> String {
    guard let open = line.firstIndex(of: "\""), let close = line.lastIndex(of: "\""), open < close else { return "" }
    var text = ""
    var rest = line[line.index(after: open)..<close].unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let code = rest.popFirst() else {
        text.unicodeScalars.append(scalar)
        continue
      }
      if let escape = escapes.first(where: { $0.code == Character(code) }) {
        text.append(escape.character)
      } else {
        text += "\\" + String(code)
      }
    }
    return text
  }

  /// Returns a keyword and a text: on one line if they fit, else on several lines broken after new lines and spaces.
  static func lines(of text: String, after keyword: String) -> [String] {
    let single = keyword + " " + quoted(text)
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    let isOneLine = parts.count == 1 || parts.count == 2 && parts[1].isEmpty
    if isOneLine, single.count <= width { return [single] }
    var lines: [String] = []
    for (number, part) in parts.enumerated() where number + 1 < parts.count || !part.isEmpty {
      lines += wrapped(number + 1 < parts.count ? part + "\n" : String(part))
    }
    return [keyword + " \"\""] + lines
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in words(text) {
      if !line.isEmpty, quoted(line + word).count > width {
        lines.append(quoted(line))
        line = ""
      }
      line += word
    }
    return lines + [quoted(line)]
  }

  /// The words of a text, each with the spaces after it.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      let word = rest.prefix { $0 != " " }
      let spaces = rest[word.endIndex...].prefix { $0 == " " }
      words.append(rest[..<spaces.endIndex])
      rest = rest[spaces.endIndex...]
    }
    return words
  }

  private static func quoted(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      if let escape = escapes.first(where: { $0.character == Character(scalar) }) {
        output.append("\\")
        output.append(escape.code)
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }
}
