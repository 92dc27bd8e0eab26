/// Small changes at the borders of a translation's parts: the spaces around protected spans and numbers, no-break spaces,
/// and the case and the end sign of a piece of a sentence.
struct TextFit {
  typealias Edit = (range: Range<Int>, text: String)

  private var edits: [Edit] = []

  /// The letters of a word that touches a number, rather than of a unit or an ending.
  private static let wordLetters = 4

  /// - Parameter keepsSpaces: whether a space between a number and its sign is the source's.
  init(
    _ source: ByteText, _ target: ByteText, kept: [AlignmentLink], numbers: [AlignmentLink], isPiece: Bool,
    keepsSpaces: Bool
  ) {
    for link in kept { space(link, source, target) }
    for link in numbers {
      space(link, source, target, leastLetters: Self.wordLetters)
      if keepsSpaces { spaceSign(link, source, target) }
    }
    if isPiece { fitPiece(source, target) }
    if !hasDoubleSpaces(source) { joinSpaces(target) }
    edits += NoBreakSpaces.edits(source, target)
  }

  /// Returns the changes together with others, which go first if two overlap.
  func edits(beside others: [Edit]) -> [Edit] {
    guard !edits.isEmpty else { return others }
    let all = others.map { (edit: $0, isFirst: true) } + edits.map { (edit: $0, isFirst: false) }
    var chosen: [(edit: Edit, isFirst: Bool)] = []
    let sorted = all.enumerated().sorted { one, other in
      (one.element.edit.range.lowerBound, one.element.edit.range.upperBound, one.offset)
        < (other.element.edit.range.lowerBound, other.element.edit.range.upperBound, other.offset)
    }
    for (_, next) in sorted {
      guard let last = chosen.last, !(last.isFirst && next.isFirst),
        next.edit.range.lowerBound < last.edit.range.upperBound || next.edit.range == last.edit.range
      else {
        chosen.append(next)
        continue
      }
      if next.isFirst { chosen[chosen.count - 1] = next }
    }
    return chosen.map(\.edit)
  }

  /// Puts a space between a word and a span that touch in the translation and do not in the source.
  /// - Parameter leastLetters: the letters that the word must have.
  private mutating func space(
    _ link: AlignmentLink, _ source: ByteText, _ target: ByteText, leastLetters: Int = 1
  ) {
    let (from, to) = (link.source, link.target)
    guard !to.isEmpty else { return }
    let role = SpanRole(from, in: source)
    let touches = from.upperBound < source.count && !ASCII.isBlank(source.byte(from.upperBound))
    if role == .opening, touches, to.upperBound < target.count, target.byte(to.upperBound) == UInt8(ascii: " ") {
      edits.append((to.upperBound..<to.upperBound + 1, ""))
    }
    let follows = from.lowerBound > 0 && !ASCII.isBlank(source.byte(from.lowerBound - 1))
    if role == .closing, follows, to.lowerBound > 0, target.byte(to.lowerBound - 1) == UInt8(ascii: " ") {
      edits.append((to.lowerBound - 1..<to.lowerBound, ""))
    }
    if from.lowerBound > 0, ASCII.isBlank(source.byte(from.lowerBound - 1)),
      target.hasLetter(before: to.lowerBound, least: leastLetters)
    {
      edits.append((to.lowerBound..<to.lowerBound, " "))
    }
    if from.upperBound < source.count, ASCII.isBlank(source.byte(from.upperBound)),
      target.hasLetter(after: to.upperBound, least: leastLetters)
    {
      edits.append((to.upperBound..<to.upperBound, " "))
    }
  }

  /// Whether a text has white space after a space.
  private func hasDoubleSpaces(_ text: ByteText) -> Bool {
    (0..<max(0, text.count - 1)).contains { text.byte($0) == UInt8(ascii: " ") && ASCII.isSpace(text.byte($0 + 1)) }
  }

  /// Takes spaces after spaces out.
  private mutating func joinSpaces(_ target: ByteText) {
    var start = 1
    while start < target.count {
      var end = start
      while end < target.count, target.byte(end) == UInt8(ascii: " "), target.byte(start - 1) == UInt8(ascii: " ") {
        end += 1
      }
      if end > start { edits.append((start..<end, "")) }
      start = end + 1
    }
  }

  /// Puts the space between a number and its sign back.
  private mutating func spaceSign(_ link: AlignmentLink, _ source: ByteText, _ target: ByteText) {
    let space = source.space(at: link.source.upperBound)
    guard !space.isEmpty, UnitSigns.isSign(at: space.upperBound, of: source),
      UnitSigns.isSign(at: link.target.upperBound, of: target)
    else { return }
    edits.append((link.target.upperBound..<link.target.upperBound, source[space]))
  }

  /// Takes back a capital and a full stop that the model gave a piece as if it were a sentence.
  private mutating func fitPiece(_ source: ByteText, _ target: ByteText) {
    let (from, to) = (source.string.unicodeScalars, target.string.unicodeScalars)
    guard let first = from.first, let new = to.first, from.count > 0 else { return }
    let rest = to.dropFirst().prefix { $0 != " " }.filter(\.properties.isAlphabetic)
    let isWord = !rest.isEmpty && rest.allSatisfy(\.properties.isLowercase)
    if first.properties.isLowercase, new.properties.isUppercase, isWord {
      edits.append((0..<UTF8.width(new), new.properties.lowercaseMapping))
    }
    let signs: Set<Unicode.Scalar> = [".", "!", "?", ";"]
    if let end = to.last, signs.contains(end), let last = from.last, !signs.contains(last), to.count > 1 {
      let blanks = to.dropLast().reversed().prefix { $0 == " " || $0 == "\u{A0}" }.reduce(0) { $0 + UTF8.width($1) }
      edits.append((target.count - 1 - blanks..<target.count, ""))
    }
  }
}
