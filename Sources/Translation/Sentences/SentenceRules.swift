import Resources

/// What a language's full stops stand behind without ending a sentence, and what else ends one.
package struct SentenceRules: Sendable, Equatable {
  /// Abbreviations, lower case and without their last full stop, that a sentence does not end with.
  package internal(set) var never: Set<String> = []
  /// Those that it does not end with where a number follows.
  package internal(set) var numbers: Set<String> = []
  /// Words, lower case, that follow an ordinal: a number before them keeps its full stop.
  package internal(set) var ordinals: Set<String> = []
  /// Marks that end a sentence where white space follows, beside `SentenceMarks.spaced`.
  package internal(set) var final: Set<Unicode.Scalar> = []
  /// Single letters, lower case, that are words: no initials.
  package internal(set) var letters: Set<String> = []

  package init() {}

  /// Those of a language, by its code (`de`, `de_AT`, `deu`); of a language without any, what many share.
  package static func of(_ language: String?) -> SentenceRules {
    let code = language?.lowercased().prefix { $0 != "_" && $0 != "-" }
    return code.flatMap { library[String($0)] } ?? fallback
  }

  /// The files' names, without `sentences/` and `.txt`.
  package static let files = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "pl", "pt", "ro", "ru", "sr", "sv", "tr", "uk", "vi", "zh",
  ]

  /// The text of a file; nil where there is none of that name.
  package static func text(_ file: String) -> String? { Resource("sentences/\(file).txt")?.text }

  private static let fallback = text("default").map { SentenceRulesFile($0).rules } ?? SentenceRules()

  /// By every code that a file names.
  private static let library: [String: SentenceRules] = {
    let parsed = files.compactMap(text).map { SentenceRulesFile($0) }
    let codes = parsed.flatMap { file in file.codes.map { ($0, file.rules) } }
    return Dictionary(codes) { first, _ in first }
  }()

  /// Whether a full stop belongs to the word in front of it.
  /// - Parameters:
  ///   - word: what stands before the full stop, without it, as written.
  ///   - following: the word behind the white space, as written.
  func keeps(_ word: String, before following: String) -> Bool {
    let lower = word.lowercased()
    if never.contains(lower) { return true }
    if numbers.contains(lower) { return following.unicodeScalars.first?.properties.numericType != nil }
    if isOrdinal(word) { return ordinals.contains(following.lowercased()) }
    return isInitials(word)
  }

  /// Digits, or a Roman number in capitals.
  private func isOrdinal(_ word: String) -> Bool {
    guard !ordinals.isEmpty, !word.isEmpty else { return false }
    return word.unicodeScalars.allSatisfy { $0.properties.numericType != nil }
      || word.unicodeScalars.allSatisfy { "IVXL".unicodeScalars.contains($0) }
  }

  /// As in "J", "U.S" or "Ph.D".
  private func isInitials(_ word: String) -> Bool {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last, last.unicodeScalars.count == 1, !letters.contains(word.lowercased()) else {
      return false
    }
    return parts.allSatisfy { $0.unicodeScalars.first?.properties.isUppercase == true && $0.unicodeScalars.count <= 2 }
  }
}
