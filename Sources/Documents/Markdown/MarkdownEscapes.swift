/// The characters of a text that have a backslash before them in Markdown (CommonMark 0.31, 2.4).
///
/// A translation reads the characters alone. In its answer they are escaped again.
struct MarkdownEscapes: Sendable {
  /// Signs that mean something anywhere in a line.
  private static let signs: Set<Character> = ["*", "_", "[", "]", "<", "`", "\\", "$", "~", "|", "^", "{", "}"]

  private var escaped: Set<Character> = []
  /// Characters that the text has without a backslash too.
  private var plain: Set<Character> = []

  init(_ text: String) {
    guard text.contains("\\") else { return }
    var isEscape = false
    for character in text {
      if isEscape, Self.isEscapable(character) {
        escaped.insert(character)
        isEscape = false
      } else {
        isEscape = character == "\\"
        if !isEscape { plain.insert(character) }
      }
    }
  }

  private static func isEscapable(_ character: Character) -> Bool {
    character.isASCII && (character.isPunctuation || character.isSymbol)
  }

  /// Returns a text without its backslashes before signs.
  @Sendable static func removed(_ text: Substring) -> String {
    guard text.contains("\\") else { return String(text) }
    var output = ""
    var isEscape = false
    for character in text {
      if isEscape, !isEscapable(character) { output += "\\" }
      isEscape = character == "\\" && !isEscape
      if !isEscape { output.append(character) }
    }
    return isEscape ? output + "\\" : output
  }

  /// Returns a text with backslashes before the characters that had one.
  func written(_ text: Substring) -> String {
    guard !escaped.isEmpty else { return String(text) }
    var output = ""
    var before: Character?
    for character in text {
      if escaped.contains(character), needsEscape(character, after: before) { output += "\\" }
      output.append(character)
      before = character
    }
    return output
  }

  /// Whether a character means something at its place. Points and brackets do so after the number of an item.
  private func needsEscape(_ character: Character, after before: Character?) -> Bool {
    if Self.signs.contains(character) || !plain.contains(character) { return true }
    return character == "." || character == ")" ? before?.isNumber == true : before == nil
  }
}
