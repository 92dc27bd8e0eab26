extension DocumentFormat {
  /// Messages of a program in YAML 1.2, as Rails and Symfony have them.
  package static let messageYAML = DocumentFormat(fileExtension: "yml", mediaType: "application/yaml; charset=utf-8") {
    (file, document) throws(DocumentError) in try MessageYAML.read(file, into: &document)
  }
}

/// A reader of YAML, whose values are texts. Keys, comments, anchors, tags, numbers and flow collections do not change.
///
/// A value can run over lines, and begin below its key. Its translation is broken into lines of the same width.
private struct MessageYAML {
  private let lines: [FileLine]
  private var document: DocumentBuilder
  private var index = 0
  /// The column of the key whose value begins on a later line; nil if no key waits for its value.
  private var openKey: Int?

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
    guard !content.isEmpty, content.first != "#", !isDirective else { return try skipLine() }
    let column = { line.text.distance(from: line.text.startIndex, to: $0) }
    let waiting = openKey
    openKey = nil
    if let (key, value) = Self.value(of: content) { return try read(value, below: column(key)) }
    guard let waiting, column(content.startIndex) > waiting else { return try skipLine() }
    try read(content, below: waiting)
  }

  /// - Parameter indent: the column of the key.
  private mutating func read(_ value: Substring, below indent: Int) throws(DocumentError) {
    switch value.first {
    case nil:
      openKey = indent
      try skipLine()
    case "|", ">": try readBlock(value, below: indent)
    case "\"", "'": try readQuoted(value)
    case "{", "[": try skipCollection(value)
    case let first?: if "#*!&%@`?".contains(first) { try skipLine() } else { try readPlain(value, below: indent) }
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
  /// - Parameter isOpen: the quote that began on a line before; nil if the text begins with it.
  private static func endOfQuote(_ text: Substring, isOpen: Character? = nil) -> String.Index? {
    guard let quote = isOpen ?? text.first else { return nil }
    var index = isOpen == nil ? text.index(after: text.startIndex) : text.startIndex
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

  /// Passes a flow collection, which can run over lines.
  private mutating func skipCollection(_ value: Substring) throws(DocumentError) {
    var rest = value
    var depth = 0
    while true {
      while let sign = rest.firstIndex(where: { "{}[]\"'#".contains($0) }) {
        let after = rest.index(after: sign)
        let isWordStart = sign == rest.startIndex || " ,[{:".contains(rest[rest.index(before: sign)])
        switch rest[sign] {
        case "{", "[": depth += 1
        case "}", "]": depth -= 1
        case "#" where isWordStart: rest = rest[rest.endIndex...]
        case "\"", "'":
          // A quote within a word is an apostrophe. A text in quotes that runs over lines has no brackets, as a rule.
          if isWordStart, let end = Self.endOfQuote(rest[sign...]) {
            rest = rest[end...]
            continue
          }
        default: break
        }
        if !rest.isEmpty { rest = rest[after...] }
      }
      try skipLine()
      guard depth > 0, index < lines.count else { return }
      rest = lines[index].text
    }
  }

  /// Reads a value in quotes, which can run over lines. One that does not end is not understood and does not change.
  private mutating func readQuoted(_ value: Substring) throws(DocumentError) {
    var rows = [value]
    var end = Self.endOfQuote(value)
    let isDouble = value.first == "\""
    while end == nil, index + rows.count < lines.count {
      rows.append(lines[index + rows.count].text)
      end = Self.endOfQuote(rows[rows.count - 1], isOpen: isDouble ? "\"" : "'")
    }
    guard let end else { return try skipLine() }
    let close = rows[rows.count - 1].index(before: end)
    let start = value.index(after: value.startIndex)
    if rows.count > 1 { rows[rows.count - 1] = rows[rows.count - 1][..<close] } else { rows[0] = value[..<close] }
    rows[0] = rows[0][start...]
    let source = isDouble ? YAMLText.doubleQuoted(rows) : YAMLText.folded(rows).replacing("''", with: "'")
    let layout = layout(rows)
    try add(source, start..<close, rows: rows.count) { text in
      let single = text.replacing("'", with: "''")
      if !isDouble, !text.contains(where: \.isNewline) { return layout.broken(single) }
      let content = layout.broken(JSONString.written(text, isASCII: false))
      // The quotes around the value are there already.
      return isDouble ? content : layout.broken(single.replacing("\n", with: layout.emptyLine))
    }
  }

  /// Reads a plain value, which can run over lines. If its translation would be read as something else, it is written in
  /// quotes.
  private mutating func readPlain(_ value: Substring, below indent: Int) throws(DocumentError) {
    var rows = [value]
    var row = index + 1
    while row < lines.count, lines[row].isBlank || Self.continues(lines[row].text, below: indent) {
      rows.append(lines[row].text)
      row += 1
    }
    while rows.count > 1, rows[rows.count - 1].allSatisfy({ $0 == " " || $0 == "\t" }) { rows.removeLast() }
    // A comment ends a value.
    var content = rows[rows.count - 1]
    if let comment = content.firstRange(of: " #") { content = content[..<comment.lowerBound] }
    while content.last == " " || content.last == "\t" { content.removeLast() }
    rows[rows.count - 1] = content
    let isKey = rows.dropFirst().contains { Self.afterKey($0) != nil || $0.contains(" #") }
    guard !isKey, !rows.dropLast().contains(where: { $0.contains(" #") }) else {
      for _ in rows { try skipLine() }
      return
    }
    let layout = layout(rows)
    try add(YAMLText.folded(rows), value.startIndex..<content.endIndex, rows: rows.count) { text in
      guard YAMLText.isPlain(text) else { return "\"" + layout.broken(JSONString.written(text, isASCII: false)) + "\"" }
      return layout.broken(text)
    }
  }

  private func layout(_ rows: [Substring]) -> YAMLLayout {
    YAMLLayout(rows, indent: lines[index + rows.count - 1].text.prefix { $0 == " " }.count, end: lines[index].end)
  }

  /// Adds the text of a value with what is before and after it on its lines.
  /// - Parameters:
  ///   - range: from the start of the value on its first line to its end on the last.
  ///   - rows: the number of its lines.
  private mutating func add(
    _ text: String?, _ range: Range<String.Index>, rows: Int, write: @escaping @Sendable (String) -> String
  ) throws(DocumentError) {
    let (first, last) = (lines[index], lines[index + rows - 1])
    guard let text, Self.isMessage(text) else {
      for _ in 0..<rows { try skipLine() }
      return
    }
    try document.addFixed(first.text[..<range.lowerBound])
    var raw = String(first.text[range.lowerBound..<(rows > 1 ? first.text.endIndex : range.upperBound)])
    if rows > 1 {
      raw += first.end
      for line in lines[index + 1..<index + rows - 1] { raw += line.raw }
      raw += last.text[..<range.upperBound]
    }
    try document.addText(DocumentText(text, raw: raw, write: write))
    try document.addFixed(last.text[range.upperBound...] + last.end)
    index += rows
  }

  private static func continues(_ line: Substring, below indent: Int) -> Bool {
    let content = line.drop { $0 == " " }
    guard !content.isEmpty, content.first != "#" else { return false }
    return line.distance(from: line.startIndex, to: content.startIndex) > indent
  }

  /// Reads a block scalar: the lines below that are indented more.
  private mutating func readBlock(_ head: Substring, below indent: Int) throws(DocumentError) {
    let isFolded = head.first == ">"
    let ownIndent = head.first(where: \.isNumber)?.wholeNumberValue
    try skipLine()
    var end = index
    while end < lines.count, lines[end].isBlank || Self.indent(lines[end].text) > indent { end += 1 }
    while end > index, lines[end - 1].isBlank { end -= 1 }
    let block = lines[index..<end]
    guard let first = block.first(where: { !$0.isBlank }), let last = block.last else {
      for _ in block { try skipLine() }
      return
    }
    let margin = ownIndent.map { indent + $0 } ?? Self.indent(first.text)
    let rows = block.map { $0.text.dropFirst(min(margin, Self.indent($0.text))) }
    let raw = block.map(\.raw).joined().dropLast(last.end.count)
    let isRagged = isFolded && rows.contains { $0.hasPrefix(" ") || $0.hasPrefix("- ") }
    let text =
      isFolded && !isRagged
      ? rows.split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }.joined(separator: "\n")
      : rows.joined(separator: "\n")
    index = end
    guard text.contains(where: \.isLetter) else { return try document.addFixed(raw + last.end) }
    let (space, newLine) = (String(repeating: " ", count: margin), String(first.end))
    let separator = isFolded && !isRagged ? newLine + newLine : newLine
    let layout = YAMLLayout(rows, indent: margin, end: first.end)
    try document.addText(
      DocumentText(text, raw: String(raw)) { translation in
        translation.split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0.isEmpty ? "" : space + (isFolded && !isRagged ? layout.broken(String($0)) : String($0)) }
          .joined(separator: separator)
      })
    try document.addFixed(last.end)
  }

  private static func indent(_ line: Substring) -> Int {
    line.distance(from: line.startIndex, to: line.firstIndex { $0 != " " } ?? line.endIndex)
  }

  /// Whether a value is words: neither a name in one piece with a point or an underscore, nor a date or a switch.
  private static func isMessage(_ text: String) -> Bool {
    guard text.contains(where: \.isLetter) else { return false }
    return !["true", "false", "null", "yes", "no", "on", "off", "~"].contains(text.lowercased()) && text.first != ":"
  }
}
