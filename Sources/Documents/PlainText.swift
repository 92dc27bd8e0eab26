extension DocumentFormat {
  /// Plain text. A paragraph whose lines were broken at a width is one text, and is broken at this width again; all else
  /// keeps its lines.
  package static let plainText = DocumentFormat(
    fileExtension: "txt", mediaType: "text/plain; charset=utf-8", others: .windows1252
  ) {
    (file, document) throws(DocumentError) in
    var kept = ""
    for part in PlainTextPart.parts(of: file) {
      switch part {
      case .lines(let text): kept += text
      case .paragraph(let paragraph):
        if !kept.isEmpty { try document.addText(DocumentText(kept)) }
        kept = ""
        try document.addText(paragraph.text)
        try document.addFixed(paragraph.end)
      }
    }
    if !kept.isEmpty || file.isEmpty { try document.addText(DocumentText(kept)) }
  }
}

/// A part of a file of plain text.
enum PlainTextPart {
  /// Lines that end where the writer ended them.
  case lines(String)
  case paragraph(WrappedParagraph)

  static func parts(of file: String) -> [PlainTextPart] {
    var parts: [PlainTextPart] = []
    var lines: [FileLine] = []
    var kept = ""
    func close() {
      if let paragraph = WrappedParagraph(lines) {
        if !kept.isEmpty { parts.append(.lines(kept)) }
        kept = ""
        parts.append(.paragraph(paragraph))
      } else {
        for line in lines { kept += line.raw }
      }
      lines = []
    }
    for line in FileLine.lines(of: file) {
      if line.isBlank || WrappedParagraph.beginsItem(line) { close() }
      if line.isBlank { kept += line.raw } else { lines.append(line) }
    }
    close()
    if !kept.isEmpty { parts.append(.lines(kept)) }
    return parts
  }
}

/// A paragraph whose lines were broken at a width, whatever its sentences.
///
/// Such lines are full: the first word of the next line would not have found room. Verses, addresses and lists are not.
struct WrappedParagraph {
  /// The widths at which people and programs break lines.
  private static let widths = 40...120
  /// The most lines of a hundred that can end like a sentence.
  private static let mostEndsPercent = 50

  private let lines: [FileLine]
  private let width: Int
  /// The white space in front of the second line and those after it.
  private let indent: Substring

  /// - Parameter lines: the lines between two blank lines.
  /// - Returns: nil if the lines end where the writer ended them.
  init?(_ lines: [FileLine]) {
    guard lines.count >= 2 else { return nil }
    let widths = lines.map(\.text.count)
    guard let width = widths.max(), Self.widths.contains(width) else { return nil }
    let words = lines.map { $0.text.split(whereSeparator: Self.isBlank) }
    let indent = lines[1].text.prefix(while: Self.isBlank)
    for index in lines.indices.dropFirst() {
      guard lines[index].text.prefix(while: Self.isBlank) == indent, let next = words[index].first,
        words[index - 1].count > 1, widths[index - 1] + 1 + next.count > width
      else { return nil }
    }
    guard lines.allSatisfy({ !Self.hasColumns($0) }), Self.runsOn(words) else { return nil }
    self.lines = lines
    self.width = width
    self.indent = indent
  }

  /// The line end after the last line.
  var end: String { String(lines[lines.count - 1].end) }

  /// The paragraph as one text.
  var text: DocumentText {
    var joined = String(lines[0].text)
    for line in lines.dropFirst() {
      let isHyphenated = joined.last == "-" && joined.dropLast().last?.isLetter == true
      joined += (isHyphenated ? "" : " ") + line.text.drop(while: Self.isBlank)
    }
    let raw = lines.dropLast().map(\.raw).joined() + lines[lines.count - 1].text
    return DocumentText(joined, raw: raw, write: broken)
  }

  private func broken(_ text: String) -> String {
    let lead = text.prefix(while: Self.isBlank)
    var output: [String] = []
    var line = String(lead)
    var isEmpty = true
    var count = line.count
    for word in text.split(whereSeparator: Self.isBlank) {
      if !isEmpty, count + 1 + word.count > width {
        output.append(line)
        line = String(indent)
        count = line.count
        isEmpty = true
      }
      if !isEmpty {
        line += " "
        count += 1
      }
      line += word
      count += word.count
      isEmpty = false
    }
    output.append(line)
    return output.joined(separator: String(lines[0].end))
  }

  // MARK: Signs of a wrapped paragraph

  private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

  /// Whether sentences run over the ends of lines: few lines end like one, and not every line begins like a verse.
  private static func runsOn(_ words: [[Substring]]) -> Bool {
    let ends = words.dropLast().filter { ($0.last?.last).map(endsSentence) ?? false }.count
    let begins = words.dropFirst().filter { $0.first?.first?.isUppercase ?? false }.count
    return ends * 100 <= (words.count - 1) * mostEndsPercent && begins < words.count - 1
  }

  private static func endsSentence(_ character: Character) -> Bool { ".!?:;…".contains(character) }

  /// Whether a line has parts side by side, as a table has.
  private static func hasColumns(_ line: FileLine) -> Bool {
    let text = line.text.drop(while: isBlank)
    return text.contains("\t") || text.contains("   ") || text.contains("|")
  }

  /// Whether a line begins an item of a list, a quotation of a mail, or a heading.
  static func beginsItem(_ line: FileLine) -> Bool {
    let text = line.text.drop(while: isBlank)
    guard let first = text.first else { return false }
    let word = text.prefix { !isBlank($0) }
    if "-*+•–—>#".contains(first) { return word.count <= 3 || first == ">" }
    guard let last = word.last, ".):".contains(last), word.count <= 5 else { return false }
    return word.dropLast().allSatisfy { $0.isNumber } || (word.count == 2 && last != ".")
  }
}
