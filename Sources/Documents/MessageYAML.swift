extension DocumentFormat {
  /// Messages of a program in YAML 1.2, as Rails and Symfony have them.
  package static let messageYAML = DocumentFormat(fileExtension: "yml", mediaType: "application/yaml; charset=utf-8") {
    (file, document) throws(DocumentError) in try MessageYAML.read(file, into: &document)
  }
}

/// A reader of YAML, whose values are texts. Keys, comments, anchors, tags, numbers and flow collections do not change.
private struct MessageYAML {
  private let lines: [FileLine]
  private var document: DocumentBuilder
  private var index = 0

  static func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    var reader = MessageYAML(lines: FileLine.lines(of: file), document: document)
    while reader.index < reader.lines.count { try reader.readLine() }
    document = reader.document
  }

  private init(lines: [FileLine], document: DocumentBuilder) {
    self.lines = lines
    self.document = document
  }

  private mutating func readLine() throws(DocumentError) {
    let line = lines[index]
    let content = line.text.drop { $0 == " " }
    let isDirective = line.text.hasPrefix("---") || line.text.hasPrefix("...") || line.text.hasPrefix("%")
    guard !content.isEmpty, content.first != "#", !isDirective, let (key, value) = Self.value(of: content) else {
      return try skipLine()
    }
    let indent = line.text.distance(from: line.text.startIndex, to: key)
    switch value.first {
    case "|", ">": try readBlock(value, below: indent)
    case "\"", "'": try readQuoted(value)
    default: try readPlain(value, below: indent)
    }
  }

  private mutating func skipLine() throws(DocumentError) {
    try document.addFixed(lines[index].raw)
    index += 1
  }

  // MARK: Keys

  /// Returns the value of a line after its key, the marks of list items, anchors and tags; nil if there is none.
  /// - Returns: the start of the key too, or of the mark of an item without a key.
  private static func value(of content: Substring) -> (key: String.Index, value: Substring)? {
    var rest = content
    while rest.hasPrefix("- ") { rest = rest.dropFirst(2).drop { $0 == " " } }
    let isItem = rest.startIndex > content.startIndex
    var key = content.startIndex
    if let afterKey = afterKey(rest) {
      key = rest.startIndex
      rest = afterKey
    } else if !isItem {
      return nil
    }
    rest = rest.drop { $0 == " " }
    while rest.first == "&" || rest.hasPrefix("! ") || rest.hasPrefix("!!str ") {
      rest = rest.drop { $0 != " " }.drop { $0 == " " }
    }
    guard let first = rest.first, !"#*!{[&%@`?".contains(first) else { return nil }
    return (key, rest)
  }

  /// Returns the text after `key:`; nil if there is no key.
  private static func afterKey(_ text: Substring) -> Substring? {
    var rest = text
    if let quote = text.first, quote == "\"" || quote == "'" {
      guard let end = endOfQuote(text) else { return nil }
      rest = text[end...].drop { $0 == " " }
      return rest.first == ":" ? rest.dropFirst() : nil
    }
    while let colon = rest.firstIndex(of: ":") {
      let after = rest[colon...].dropFirst()
      if after.isEmpty || after.first == " " { return after }
      if rest[..<colon].contains(" #") { return nil }
      rest = after
    }
    return nil
  }

  /// Returns the end of a text in quotes; nil if it does not end on its line.
  private static func endOfQuote(_ text: Substring) -> String.Index? {
    guard let quote = text.first else { return nil }
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
      if text[index] == "\\", quote == "\"" {
        index = text.index(after: index)
      } else if text[index] == quote {
        let next = text.index(after: index)
        guard quote == "'", next < text.endIndex, text[next] == "'" else { return next }
        index = next
      }
      if index < text.endIndex { index = text.index(after: index) }
    }
    return nil
  }

  // MARK: Values

  /// Reads a value in quotes that ends on its line. One that goes on is not understood and does not change.
  private mutating func readQuoted(_ value: Substring) throws(DocumentError) {
    let line = lines[index]
    guard let end = Self.endOfQuote(value) else { return try skipThroughQuote(value) }
    let content = value[..<end].dropFirst().dropLast()
    let isDouble = value.first == "\""
    let text = isDouble ? YAMLString.read(content) : String(content).replacing("''", with: "'")
    guard let text, Self.isMessage(text) else { return try skipLine() }
    try document.addFixed(line.text[..<content.startIndex])
    try document.addText(
      DocumentText(text, raw: String(content)) {
        isDouble ? JSONString.written($0, isASCII: false) : $0.replacing("'", with: "''").replacing("\n", with: " ")
      })
    try document.addFixed(line.text[content.endIndex...] + line.end)
    index += 1
  }

  private mutating func skipThroughQuote(_ value: Substring) throws(DocumentError) {
    let quote = String(value.first ?? "\"")
    repeat { try skipLine() } while index < lines.count && !lines[index].text.contains(quote)
    if index < lines.count { try skipLine() }
  }

  /// Reads a plain value. If its translation would be read as something else, it is written in quotes.
  private mutating func readPlain(_ value: Substring, below indent: Int) throws(DocumentError) {
    let line = lines[index]
    var content = value
    if let comment = content.firstRange(of: " #") { content = content[..<comment.lowerBound] }
    while content.last == " " || content.last == "\t" { content.removeLast() }
    let goesOn = index + 1 < lines.count && Self.continues(lines[index + 1].text, below: indent)
    guard Self.isMessage(String(content)), !goesOn else { return try skipLine() }
    try document.addFixed(line.text[..<content.startIndex])
    try document.addText(
      DocumentText(String(content), raw: String(content)) {
        YAMLString.isPlain($0) ? $0 : "\"" + JSONString.written($0, isASCII: false) + "\""
      })
    try document.addFixed(line.text[content.endIndex...] + line.end)
    index += 1
  }

  private static func continues(_ line: Substring, below indent: Int) -> Bool {
    let content = line.drop { $0 == " " }
    guard !content.isEmpty, content.first != "#" else { return false }
    return line.distance(from: line.startIndex, to: content.startIndex) > indent
  }

  /// Reads a block scalar: the lines below that are indented more.
  private mutating func readBlock(_ head: Substring, below indent: Int) throws(DocumentError) {
    let isFolded = head.first == ">"
    let hasOwnIndent = head.contains(where: \.isNumber)
    try skipLine()
    var end = index
    while end < lines.count, lines[end].isBlank || Self.indent(lines[end].text) > indent { end += 1 }
    while end > index, lines[end - 1].isBlank { end -= 1 }
    let block = lines[index..<end]
    guard let first = block.first(where: { !$0.isBlank }), let last = block.last, !hasOwnIndent else {
      for _ in block { try skipLine() }
      return
    }
    let margin = Self.indent(first.text)
    let rows = block.map { String($0.text.dropFirst(min(margin, Self.indent($0.text)))) }
    let raw = block.map(\.raw).joined().dropLast(last.end.count)
    let isRagged = isFolded && rows.contains { $0.hasPrefix(" ") || $0.hasPrefix("- ") }
    let text = isFolded && !isRagged ? Self.folded(rows) : rows.joined(separator: "\n")
    index = end
    guard text.contains(where: \.isLetter) else { return try document.addFixed(raw + last.end) }
    let (space, newLine) = (String(repeating: " ", count: margin), String(first.end))
    let separator = isFolded && !isRagged ? newLine + newLine : newLine
    try document.addText(
      DocumentText(text, raw: String(raw)) { translation in
        translation.split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0.isEmpty ? "" : space + $0 }.joined(separator: separator)
      })
    try document.addFixed(last.end)
  }

  private static func indent(_ line: Substring) -> Int {
    line.distance(from: line.startIndex, to: line.firstIndex { $0 != " " } ?? line.endIndex)
  }

  /// Returns the text of a folded block: lines are joined, and a blank line is the end of one.
  private static func folded(_ rows: [String]) -> String {
    rows.split(separator: "", omittingEmptySubsequences: true).map { $0.joined(separator: " ") }.joined(separator: "\n")
  }

  /// Whether a value is words: neither a name in one piece with a point or an underscore, nor a date or a switch.
  private static func isMessage(_ text: String) -> Bool {
    guard text.contains(where: \.isLetter) else { return false }
    return !["true", "false", "null", "yes", "no", "on", "off", "~"].contains(text.lowercased()) && text.first != ":"
  }
}

// MARK: - Strings

/// The notation of values in YAML.
private enum YAMLString {
  /// Returns the text of a string in double quotes; nil if it has an escape that JSON does not know.
  static func read(_ content: Substring) -> String? { JSONString.read(Array(content.utf8)[...]) }

  /// Whether a text can be written without quotes.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.first, let last = text.last, first.isLetter || first.isNumber || "(¿¡".contains(first) else {
      return false
    }
    let isWord = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return !isWord && !text.allSatisfy { $0.isNumber || ".,-+:eE".contains($0) } && last != ":" && last != " "
      && !text.contains(": ") && !text.contains(" #") && !text.contains(where: \.isNewline)
  }
}
