/// A file of rules: lines of `name: words`, a name as often as needed, and lines that begin with `#`.
///
/// `codes` are the language's codes; the other names are those of `SentenceRules`. A mark of `final` may be written as
/// `U+003B`.
package struct SentenceRulesFile {
  package private(set) var codes: [String] = []
  package private(set) var rules = SentenceRules()
  /// What could not be understood, with its line; such a line is left out.
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
    case "ordinals": rules.ordinals.formUnion(words)
    case "letters": rules.letters.formUnion(words)
    case "final": words.forEach { readMark($0, number: number) }
    default:
      problems.append(
        "line \(number): found the name \"\(parts[0])\", expected codes, never, numbers, ordinals, letters or final")
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
