import Resources

/// The rules of a language for the ends of sentences.
package struct SentenceRules: Sendable, Equatable {
  /// Abbreviations that do not end a sentence, in lower case and without their last full stop.
  package internal(set) var never: Set<String> = []
  /// Abbreviations that do not end a sentence if a number follows.
  package internal(set) var numbers: Set<String> = []
  /// Abbreviations that end a sentence only before one of `starters`, in lower case and without their last full stop.
  package internal(set) var mixed: Set<String> = []
  /// Words that begin sentences more often than they follow an abbreviation within one, in lower case.
  package internal(set) var starters: Set<String> = []
  /// Abbreviations after an hour, which end no sentence before one of `dates`, in lower case.
  package internal(set) var hours: Set<String> = []
  /// Days, months and time zones, in lower case.
  package internal(set) var dates: Set<String> = []
  /// Words that follow an ordinal, in lower case: a number before them keeps its full stop.
  package internal(set) var ordinals: Set<String> = []
  /// Marks that end a sentence if white space follows, besides `SentenceMarks.spaced`.
  package internal(set) var final: Set<Unicode.Scalar> = []
  /// Single letters that are words and no initials, in lower case.
  package internal(set) var letters: Set<String> = []

  package init() {}

  /// Returns the rules of a language by its code (`de`, `de_AT`, `deu`), or common rules if it has none.
  package static func of(_ language: String?) -> SentenceRules {
    let code = language?.lowercased().prefix { $0 != "_" && $0 != "-" }
    return code.flatMap { library[String($0)] } ?? fallback
  }

  /// The names of the files of rules, without `sentences/` and `.txt`.
  package static let files = [
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "pl", "pt", "ro", "ru", "sr", "sv", "tr", "uk", "vi", "zh",
  ]

  /// Returns the text of a file of rules; nil if there is none of that name.
  package static func text(_ file: String) -> String? { Resource("sentences/\(file).txt")?.text }

  private static let fallback = text("default").map { SentenceRulesFile($0).rules } ?? SentenceRules()

  /// The rules by each code that a file names.
  private static let library: [String: SentenceRules] = {
    let parsed = files.compactMap(text).map { SentenceRulesFile($0) }
    let codes = parsed.flatMap { file in file.codes.map { ($0, file.rules) } }
    return Dictionary(codes) { first, _ in first }
  }()

  /// Whether a full stop belongs to the word before it.
  /// - Parameters:
  ///   - word: the word before the full stop, as written.
  ///   - following: the word after the white space, as written.
  func keeps(_ word: String, before following: String) -> Bool {
    let lower = word.lowercased()
    if never.contains(lower) { return true }
    if hours.contains(lower) { return dates.contains(following.lowercased()) }
    if mixed.contains(lower) { return !starters.contains(following.lowercased()) }
    if numbers.contains(lower) { return following.unicodeScalars.first?.properties.numericType != nil }
    if isOrdinal(word) { return ordinals.contains(following.lowercased()) }
    return isInitials(word)
  }

  /// Whether a word is a number in digits, or a Roman number in capitals.
  private func isOrdinal(_ word: String) -> Bool {
    guard !ordinals.isEmpty, !word.isEmpty else { return false }
    return word.unicodeScalars.allSatisfy { $0.properties.numericType != nil }
      || word.unicodeScalars.allSatisfy { "IVXL".unicodeScalars.contains($0) }
  }

  /// Whether a word consists of initials, such as "J", "U.S" or "Ph.D".
  private func isInitials(_ word: String) -> Bool {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last, last.unicodeScalars.count == 1, !letters.contains(word.lowercased()) else {
      return false
    }
    return parts.allSatisfy { $0.unicodeScalars.first?.properties.isUppercase == true && $0.unicodeScalars.count <= 2 }
  }
}

// MARK: Files

/// A file of rules: lines of `name: words`, with names as often as needed, and comments that begin with `#`.
///
/// The words of `codes` are the codes of the language; the other names are those of `SentenceRules`. A mark of `final`
/// can be written as `U+003B`.
package struct SentenceRulesFile {
  package private(set) var codes: [String] = []
  package private(set) var rules = SentenceRules()
  /// The problems that were found, with their lines. A line with a problem is ignored.
  package private(set) var problems: [String] = []

  package init(_ text: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, line.first != "#" else { continue }
      read(line, number: index + 1)
    }
  }

  private mutating func read(_ line: Substring, number: Int) {
    let parts = line.split(separator: ":", maxSplits: 1)
    let words = parts.dropFirst().flatMap { $0.split(separator: " ").map(String.init) }
    if words.isEmpty { problems.append("line \(number): found \"\(line)\", expected \"name: words\"") }
    for word in words where word != word.lowercased() && parts[0] != "final" {
      problems.append("line \(number): found \"\(word)\", expected lower case")
    }
    switch parts[0] {
    case "codes": codes += words
    case "never": rules.never.formUnion(words)
    case "numbers": rules.numbers.formUnion(words)
    case "hours": rules.hours.formUnion(words)
    case "dates": rules.dates.formUnion(words)
    case "mixed": rules.mixed.formUnion(words)
    case "starters": rules.starters.formUnion(words)
    case "ordinals": rules.ordinals.formUnion(words)
    case "letters": rules.letters.formUnion(words)
    case "final": words.forEach { readMark($0, number: number) }
    default:
      problems.append(
        "line \(number): found the name \"\(parts[0])\", expected codes, never, numbers, mixed, starters, hours, dates, ordinals, letters or final"
      )
    }
  }

  private mutating func readMark(_ word: String, number: Int) {
    let scalars = Array(word.unicodeScalars)
    let mark = word.hasPrefix("U+") ? UInt32(word.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init) : nil
    if let mark = mark ?? (scalars.count == 1 ? scalars[0] : nil) {
      rules.final.insert(mark)
    } else {
      problems.append("line \(number): found \"\(word)\", expected one character or U+ and its number")
    }
  }
}
