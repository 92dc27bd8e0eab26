/// The borders between lines of a cue that are translated separately.
///
/// A line begins a part if another speaker or a sentence begins with it. A sound in brackets is a part too. The words of
/// each part stay on their lines.
enum CueDivision {
  /// Letters of the longest word with a capital whose point can be that of a title, such as `Mrs.` and `Prof.`.
  private static let maxTitleLetters = 4
  private static let ends: Set<Character> = [".", "?", "!", "…", "。", "？", "！"]
  private static let quotes: Set<Character> = ["\"", "'", "“", "”", "‘", "’", "«", "»", "」", "』"]

  /// Whether two lines are translated separately.
  static func divides(_ line: Substring, _ next: Substring) -> Bool {
    SpeakerMark.begins(next) || isSound(line) || isSound(next) || endsSentence(line) && beginsSentence(next)
  }

  /// Whether a line is nothing but a text in brackets, such as `[door slams]`.
  private static func isSound(_ line: Substring) -> Bool {
    let text = words(of: line)
    let brackets: [Character: Character] = ["[": "]", "(": ")"]
    guard let close = text.first.flatMap({ brackets[$0] }), text.last == close else { return false }
    return text.firstIndex(of: close) == text.index(before: text.endIndex)
  }

  private static func endsSentence(_ line: Substring) -> Bool {
    var text = words(of: line)
    while let last = text.last, quotes.contains(last) { text = text[..<text.index(before: text.endIndex)] }
    guard let last = text.last, ends.contains(last) else { return false }
    guard last == "." else { return true }
    let word = text.dropLast().reversed().prefix { $0.isLetter || $0 == "." }
    let isTitle = word.last?.isUppercase == true && word.count <= maxTitleLetters
    return word.first == "." || !word.contains(".") && !isTitle
  }

  private static func beginsSentence(_ line: Substring) -> Bool {
    let first = words(of: line).first { !quotes.contains($0) && $0 != "¿" && $0 != "¡" }
    return first.map { !$0.isLowercase && !ends.contains($0) } ?? false
  }

  /// The line without the marks and white space around its words.
  private static func words(of line: Substring) -> Substring {
    var text = CueText.withoutMarksAtEnd(line).drop(while: \.isWhitespace)
    while let end = CueText.endOfMark(text) { text = text[end...].drop(while: \.isWhitespace) }
    return text
  }
}
