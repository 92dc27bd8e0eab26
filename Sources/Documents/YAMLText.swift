/// The notation of scalars in YAML 1.2, chapter 7.
enum YAMLText {
  /// Returns the text of lines that are folded: the end of a line is a space, and each blank line after it a new line.
  /// - Parameter rows: the content of the lines, without quotes.
  static func folded(_ rows: [Substring]) -> String { joined(rows) { _ in false } }

  /// Returns the text of lines in double quotes; nil if there is an escape that YAML does not know.
  static func doubleQuoted(_ rows: [Substring]) -> String? {
    let content = joined(rows) { row in row.reversed().prefix { $0 == "\\" }.count % 2 == 1 }
    return knownEscapes(content).flatMap { JSONString.read(Array($0.utf8)[...]) }
  }

  /// - Parameter isEscaped: returns whether the end of a line is no space.
  private static func joined(_ rows: [Substring], isEscaped: (Substring) -> Bool) -> String {
    guard let first = rows.first, rows.count > 1 else { return String(rows.first ?? "") }
    var text = trimmed(first, start: false, end: true)
    var isTight = isEscaped(first)
    var newLines = 0
    if isTight { text.removeLast() }
    for (number, row) in rows.enumerated().dropFirst() {
      let isLast = number == rows.count - 1
      let content = trimmed(row, start: true, end: !isLast)
      if content.isEmpty, !isLast {
        newLines += 1
        continue
      }
      if newLines > 0 { text += String(repeating: "\n", count: newLines) } else if !isTight { text += " " }
      text += content
      (newLines, isTight) = (0, !isLast && isEscaped(row))
      if isTight { text.removeLast() }
    }
    return text
  }

  private static func trimmed(_ row: Substring, start: Bool, end: Bool) -> String {
    var row = row
    if start { row = row.drop { $0 == " " || $0 == "\t" } }
    while end, row.last == " " || row.last == "\t" { row.removeLast() }
    return String(row)
  }

  /// The escapes that JSON lacks, as those of JSON.
  private static let others: [Unicode.Scalar: String] = [
    "0": "\\u0000", "a": "\\u0007", "v": "\\u000b", "e": "\\u001b", "N": "\\u0085", "_": "\\u00a0", "L": "\\u2028",
    "P": "\\u2029", " ": " ", "\t": "\\t",
  ]

  /// Returns a text with escapes that JSON knows too; nil if a number is not one.
  private static func knownEscapes(_ content: String) -> String? {
    guard content.contains("\\") else { return content.replacing("\n", with: "\\n") }
    var rest = content.unicodeScalars[...]
    var output = ""
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let code = rest.popFirst() else {
        if scalar == "\n" { output += "\\n" } else { output.unicodeScalars.append(scalar) }
        continue
      }
      if let known = others[code] {
        output += known
      } else if code == "x" || code == "U" {
        let count = code == "x" ? 2 : 8
        guard rest.prefix(count).count == count, let value = UInt32(String(rest.prefix(count)), radix: 16),
          let character = Unicode.Scalar(value)
        else { return nil }
        output += JSONString.written(String(character), isASCII: true)
        rest = rest.dropFirst(count)
      } else {
        output += "\\"
        output.unicodeScalars.append(code)
      }
    }
    return output
  }

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

/// The lines of a value, which its translation has too.
struct YAMLLayout: Sendable {
  /// The least width of lines, so that short ones are not broken after each word.
  private static let minWidth = 40

  private let width: Int
  private let indent: String
  private let end: String
  private let isBroken: Bool

  /// - Parameters:
  ///   - rows: the lines of the value.
  ///   - indent: the spaces before the lines after the first one.
  ///   - end: the end of each line.
  init(_ rows: [Substring], indent: Int, end: Substring) {
    isBroken = rows.count > 1
    width = max(Self.minWidth, rows.map(\.count).max() ?? 0)
    self.indent = String(repeating: " ", count: indent)
    self.end = String(end)
  }

  /// Lines between which there is a new line.
  var emptyLine: String { end + end + indent }

  /// Returns a text in lines, if the value has several. A text whose white space would change stays on one.
  func broken(_ text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard isBroken, !text.contains(where: \.isNewline), !words.contains(where: \.isEmpty) else { return text }
    let lines = LineBreaking.filled(text, width: width) { $0.first.map { $0.isLetter || $0.isNumber } ?? false }
    return lines.joined(separator: end + indent)
  }
}
