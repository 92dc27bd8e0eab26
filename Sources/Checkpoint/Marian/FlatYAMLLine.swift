/// One line of `FlatYAML`.
struct FlatYAMLLine {
  enum Content {
    case nothing
    /// `- value`
    case item(String)
    /// `[]` on a line of its own, as Marian writes it below a key.
    case emptyList
    /// `key: value`; without a value a list may follow.
    case entry(String, FlatYAML.Value?)
  }

  private let line: Substring

  struct Failure: Error {
    var found: String
    var expected: String
  }

  /// - Parameter line: without its end.
  init(_ line: Substring) { self.line = line }

  func parse() throws(Failure) -> Content {
    let content = line.drop { $0 == " " }
    if content.isEmpty || content.first == "#" || line == "---" { return .nothing }
    guard content.first != "\t" else { throw Failure(found: "a tab", expected: "spaces") }
    if content == "-" || content.hasPrefix("- ") {
      return .item(try scalar(content.dropFirst(), isItem: true))
    }
    if Self.withoutComment(content) == "[]", content.startIndex > line.startIndex { return .emptyList }
    guard content.startIndex == line.startIndex else {
      throw Failure(
        found: "\"\(content.prefix(40))\", indented", expected: "a flat mapping: a key at the margin, or \"- value\"")
    }
    return try entry(content)
  }

  private func entry(_ content: Substring) throws(Failure) -> Content {
    guard let colon = content.firstIndex(of: ":") else {
      throw Failure(found: "\"\(content.prefix(40))\"", expected: "\"key: value\"")
    }
    let rest = content[content.index(after: colon)...]
    let key = content[..<colon]
    guard rest.isEmpty || rest.first == " ", !key.isEmpty, key.allSatisfy(Self.isKeyCharacter) else {
      throw Failure(found: "\"\(content.prefix(40))\"", expected: "a plain key, a colon and a space")
    }
    let value = rest.drop { $0 == " " }
    if value.isEmpty || value.first == "#" { return .entry(String(key), nil) }
    if Self.withoutComment(value) == "[]" { return .entry(String(key), .list([])) }
    return .entry(String(key), .scalar(try scalar(value, isItem: false)))
  }

  // MARK: Scalars

  private func scalar(_ text: Substring, isItem: Bool) throws(Failure) -> String {
    let text = text.drop { $0 == " " }
    switch text.first {
    case "\"": return try doubleQuoted(text)
    case "'": return try singleQuoted(text)
    default: break
    }
    let plain = Self.withoutComment(text)
    let isIndicator = plain.first.map { "[]{}&*!|>%@`?,".contains($0) } ?? false
    guard !isIndicator, !plain.contains(": "), plain.last != ":", !plain.hasPrefix("- "), plain != "-" else {
      throw Failure(found: "\"\(plain.prefix(40))\"", expected: "a plain or quoted value")
    }
    guard !isItem || !plain.isEmpty else { throw Failure(found: "an empty item", expected: "\"- value\"") }
    return plain == "~" || plain == "null" ? "" : String(plain)
  }

  private func doubleQuoted(_ text: Substring) throws(Failure) -> String {
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      switch character {
      case "\"":
        try expectEnd(rest)
        return value
      case "\\":
        guard let escaped = rest.popFirst(), let plain = Self.escapes[escaped] else {
          throw Failure(found: "another escape", expected: "one of \\\" \\\\ \\/ \\n \\r \\t")
        }
        value.append(plain)
      default: value.append(character)
      }
    }
    throw Failure(found: "no closing quote", expected: "one on the same line")
  }

  private func singleQuoted(_ text: Substring) throws(Failure) -> String {
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      guard character == "'" else {
        value.append(character)
        continue
      }
      guard rest.first == "'" else {
        try expectEnd(rest)
        return value
      }
      value.append("'")
      rest.removeFirst()
    }
    throw Failure(found: "no closing quote", expected: "one on the same line")
  }

  private func expectEnd(_ rest: Substring) throws(Failure) {
    guard Self.withoutComment(rest).isEmpty else {
      throw Failure(found: "text behind a quote", expected: "the end of the line")
    }
  }

  private static let escapes: [Character: Character] = [
    "\"": "\"", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t",
  ]

  /// A comment starts at the margin or behind a space.
  private static func withoutComment(_ text: Substring) -> Substring {
    var end = text.endIndex
    var previous: Character = " "
    for index in text.indices {
      if text[index] == "#", previous == " " {
        end = index
        break
      }
      previous = text[index]
    }
    var kept = text[..<end]
    while kept.last == " " { kept.removeLast() }
    return kept
  }

  private static func isKeyCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
  }
}
