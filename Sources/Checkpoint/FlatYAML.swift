import Files

/// One mapping of scalars and lists of scalars: the part of YAML that Marian and its users write.
///
/// Keys begin at the left margin. Values are plain, quoted, `[]`, or a list of `- value` on the following lines.
/// Comments are skipped. All else in YAML (nesting, anchors, tags, text blocks, lists in brackets) is refused with its
/// line.
package struct FlatYAML {
  package enum Value: Equatable {
    case scalar(String)
    case list([String])

    /// The value for a message, shortened.
    package var description: String {
      switch self {
      case .scalar(let text): "\"\(text.prefix(80))\""
      case .list(let values): "a list of \(values.count)"
      }
    }
  }

  /// The largest text in bytes that is read.
  static let maxSize = 1 << 18

  /// Path of the file, for messages.
  package let file: String
  private let prefix: String
  package private(set) var values: [String: Value] = [:]

  package init(_ file: InputFile) throws {
    try self.init(file: file.path, item: nil, count: file.count) { body in try file.withBytes(body) }
  }

  /// Reads the text in an INT8 or U8 tensor, up to its first NUL.
  package init(_ tensor: StoredTensor) throws {
    guard tensor.type == .int8 || tensor.type == .uint8 else {
      throw tensor.unfit(found: "dtype \(tensor.type.rawValue)", expected: "bytes of text")
    }
    try self.init(file: tensor.file.path, item: tensor.name, count: tensor.range.count) { body in
      try tensor.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0.prefix { $0 != 0 })) }
    }
  }

  private init(
    file: String, item: String?, count: Int,
    withBytes: ((UnsafeRawBufferPointer) throws -> String?) throws -> String?
  ) throws {
    self.file = file
    prefix = item.map { $0 + ", " } ?? ""
    guard count <= Self.maxSize else {
      throw FileError(
        file: file, item: item ?? "file", found: "\(count) bytes of YAML", expected: "at most \(Self.maxSize)")
    }
    guard let text = try withBytes({ String(validating: $0, as: UTF8.self) }) else {
      throw FileError(file: file, item: item ?? "file", found: "other bytes", expected: "UTF-8")
    }
    try parse(text)
  }

  // MARK: Lines

  private mutating func parse(_ text: String) throws(FileError) {
    var key: String?
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, line) in lines.enumerated() {
      do {
        try read(FlatYAMLLine(line).parse(), openKey: &key)
      } catch {
        throw self.error("line \(index + 1)", found: error.found, expected: error.expected)
      }
    }
  }

  /// - Parameter openKey: the key whose value can still follow as a list.
  private mutating func read(
    _ content: FlatYAMLLine.Content, openKey: inout String?
  ) throws(FlatYAMLLine.Failure) {
    switch content {
    case .nothing: break
    case .entry(let key, let value):
      guard values.updateValue(value ?? .scalar(""), forKey: key) == nil else {
        throw FlatYAMLLine.Failure(found: "the key \"\(key.prefix(80))\" again", expected: "every key once")
      }
      openKey = value == nil ? key : nil
    case .emptyList:
      guard let key = openKey, values[key] == .scalar("") else {
        throw FlatYAMLLine.Failure(found: "a second value", expected: "a key before it")
      }
      values[key] = .list([])
      openKey = nil
    case .item(let item):
      guard let key = openKey else {
        throw FlatYAMLLine.Failure(found: "an item of no list", expected: "a key before it")
      }
      append(item, to: key)
    }
  }

  private mutating func append(_ item: String, to key: String) {
    // The list is taken out of the table first, so that it grows in place.
    guard case .list(var items)? = values.updateValue(.scalar(""), forKey: key) else {
      values[key] = .list([item])
      return
    }
    items.append(item)
    values[key] = .list(items)
  }

  package func error(_ item: String, found: String, expected: String) -> FileError {
    FileError(file: file, item: prefix + item, found: found, expected: expected)
  }

  package func found(_ key: String) -> String { values[key]?.description ?? "nothing" }
}

extension FlatYAML {
  package func contains(_ key: String) -> Bool { values[key] != nil }

  /// - Parameter fallback: value of an absent key; nil makes the key required.
  package func integer(_ key: String, in bounds: ClosedRange<Int>, default fallback: Int? = nil) throws -> Int {
    let expected = "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
    guard contains(key) else {
      guard let fallback else { throw error(key, found: "nothing", expected: expected) }
      return fallback
    }
    guard case .scalar(let text)? = values[key], let number = Int(text), bounds.contains(number) else {
      throw error(key, found: found(key), expected: expected)
    }
    return number
  }

  package func number(_ key: String, in bounds: ClosedRange<Float>, default fallback: Float) throws -> Float {
    guard contains(key) else { return fallback }
    guard case .scalar(let text)? = values[key], let number = Float(text), bounds.contains(number) else {
      throw error(key, found: found(key), expected: "a number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  package func boolean(_ key: String, default fallback: Bool) throws -> Bool {
    guard contains(key) else { return fallback }
    switch values[key] {
    case .scalar("true"), .scalar("yes"), .scalar("on"): return true
    case .scalar("false"), .scalar("no"), .scalar("off"): return false
    default: throw error(key, found: found(key), expected: "true or false")
    }
  }

  /// - Parameter fallback: value of an absent key; nil makes the key required.
  package func string(_ key: String, default fallback: String? = nil) throws -> String {
    switch values[key] {
    case .scalar(let text)?: return text
    case nil where fallback != nil: return fallback ?? ""
    default: throw error(key, found: found(key), expected: "one value")
    }
  }

  /// The list of a key: empty if the key is absent or has an empty value. One value counts as a list of one.
  package func list(_ key: String) -> [String] {
    switch values[key] {
    case nil, .scalar(""): []
    case .scalar(let text)?: [text]
    case .list(let values)?: values
    }
  }
}

/// One line of `FlatYAML`.
struct FlatYAMLLine {
  enum Content {
    case nothing
    /// `- value`
    case item(String)
    /// `[]` on a line of its own, as Marian writes it below a key.
    case emptyList
    /// `key: value`; without a value a list can follow.
    case entry(String, FlatYAML.Value?)
  }

  private let line: Substring

  struct Failure: Error {
    var found: String
    var expected: String
  }

  /// - Parameter line: the text of the line without the characters that end it.
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
      throw Failure(found: "text after a quote", expected: "the end of the line")
    }
  }

  private static let escapes: [Character: Character] = [
    "\"": "\"", "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t",
  ]

  /// The text before a comment, which starts at the margin or after a space.
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
