/// The start of a line that says who speaks. Two such lines of a cue are never one sentence.
enum SpeakerMark {
  /// Words of the longest name.
  private static let maxWords = 3
  /// Characters of the longest tag before a name.
  private static let maxMark = 200

  /// Whether a line begins with a dash, `>>`, `<v Mary>`, or a name and a colon.
  static func begins(_ line: Substring) -> Bool {
    var text = line.drop { $0 == " " || $0 == "\t" }
    if text.hasPrefix("<v ") || text.hasPrefix("<v.") || text.hasPrefix(">>") || text.hasPrefix("&gt;&gt;") {
      return true
    }
    while text.first == "<" || text.first == "{", let end = CueText.endOfMark(text.prefix(maxMark)) {
      text = text[end...]
    }
    if let first = text.first, "-–—‐•".contains(first) {
      let next = text.dropFirst().first
      return next == " " || next.map { $0.isLetter || "\"“¿¡([♪<".contains($0) } ?? false
    }
    return isName(text)
  }

  /// Whether a text begins as `MARY:`, `Mary Ann:` or `[Mary]`, each word of the name with a capital.
  private static func isName(_ text: Substring) -> Bool {
    let head = text.prefix(40)
    if head.first == "[" || head.first == "(" {
      guard let close = head.firstIndex(where: { $0 == "]" || $0 == ")" || $0 == ":" }) else { return false }
      return isCapitalized(head[..<close].dropFirst()) && close != text.indices.last
    }
    guard let colon = head.firstIndex(of: ":"), text[text.index(after: colon)...].first?.isWhitespace == true else {
      return false
    }
    return isCapitalized(head[..<colon])
  }

  private static func isCapitalized(_ name: Substring) -> Bool {
    let words = name.split(separator: " ", omittingEmptySubsequences: false)
    guard let first = words.first?.first, first.isLetter else { return false }
    return words.count <= maxWords
      && words.allSatisfy { word in
        word.first.map { $0.isUppercase || $0.isNumber || $0 == "#" } ?? false
      }
  }
}
