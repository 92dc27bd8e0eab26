/// The text of a cue without the marks around it: `<i>`, `<v Mary>`, `{\an8}`, the dash of a speaker.
///
/// A line break is the end of a line, `<br>`, `\N` or `\n`. The translation is broken into as many lines again.
///
/// Marks around the text do not change. Marks within it become tags of HTML, which a translation places.
struct CueText: Sendable {
  let before: String
  let after: String
  /// The bytes of the file between `before` and `after`.
  let raw: String
  /// `raw` on one line, with the marks within it.
  let text: MarkedText
  /// The line breaks within `raw`, as the file spells them.
  private let breaks: [Substring]

  /// - Parameter bracesAreCodes: whether nothing within braces is shown, as in SubStation Alpha, instead of `{\…}` alone.
  init(_ cue: Substring, isWebVTT: Bool, bracesAreCodes: Bool = false) {
    let cue = String(cue)
    var body = cue[...]
    while let rest = Self.withoutMarkAtStart(body, bracesAreCodes) { body = rest }
    body = Self.withWholePairs(Self.withoutMarksAtEnd(body), of: cue, bracesAreCodes)
    before = String(cue[..<body.startIndex])
    after = String(cue[body.endIndex...])
    raw = String(body)
    let (lines, breaks) = Self.lines(of: body)
    self.breaks = breaks
    let line = lines.joined(separator: " ")
    text = MarkedText(line, Self.marks(in: line, bracesAreCodes), isEscaped: isWebVTT)
  }

  /// The text to translate, with the way back to the notation of the file.
  var document: DocumentText {
    DocumentText(text.source, raw: raw, isMarkup: text.isMarkup) { broken(text.target($0)) }
  }

  /// Whether there is no word, and so nothing to translate.
  var isEmpty: Bool { !raw.contains(where: \.isLetter) }

  /// Returns a translation with the line breaks of the cue.
  func broken(_ translation: String) -> String {
    guard !breaks.isEmpty else { return translation }
    let lines = LineBreaking.balanced(translation, into: breaks.count + 1)
    return zip(lines, breaks.map(String.init) + [""]).enumerated().map { number, line in
      number + 1 < lines.count ? line.0 + line.1 : line.0
    }.joined()
  }

  // MARK: Lines

  /// Returns the lines of a text, without white space at their ends, and the breaks between them.
  private static func lines(of text: Substring) -> (lines: [Substring], breaks: [Substring]) {
    var (lines, breaks): ([Substring], [Substring]) = ([], [])
    var (start, index) = (text.startIndex, text.startIndex)
    while index < text.endIndex {
      guard var end = endOfBreak(text[index...]) else {
        index = text.index(after: index)
        continue
      }
      while let next = endOfBreak(text[end...]) { end = next }
      lines.append(trimmed(text[start..<index]))
      breaks.append(text[index..<end])
      (start, index) = (end, end)
    }
    return (lines + [trimmed(text[start...])], breaks)
  }

  /// Returns the end of the line break that a text begins with; nil if it begins with none.
  private static func endOfBreak(_ text: Substring) -> String.Index? {
    guard let first = text.first else { return nil }
    if first.isNewline { return text.index(after: text.startIndex) }
    if first == "\\" {
      return text.hasPrefix("\\N") || text.hasPrefix("\\n") ? text.index(text.startIndex, offsetBy: 2) : nil
    }
    guard first == "<", let end = text.prefix(8).firstIndex(of: ">") else { return nil }
    let name = text[..<end].dropFirst().filter { $0 != " " && $0 != "/" }.lowercased()
    return name == "br" ? text.index(after: end) : nil
  }

  private static func trimmed(_ line: Substring) -> Substring {
    var line = line.drop { $0 == " " || $0 == "\t" }
    while line.last == " " || line.last == "\t" { line.removeLast() }
    return line
  }

  // MARK: Marks

  /// Returns the text after the mark, dash or space that begins it; nil if it begins with none.
  private static func withoutMarkAtStart(_ text: Substring, _ bracesAreCodes: Bool) -> Substring? {
    guard let first = text.first else { return nil }
    switch first {
    case "<", "{": return endOfMark(text, bracesAreCodes: bracesAreCodes).map { text[$0...] }
    case "-", "–", "—", "‐", "•", "♪", "#", ">": return text.dropFirst()
    case "&" where text.hasPrefix("&gt;&gt;"): return text.dropFirst(8)
    default: return first.isWhitespace ? text.dropFirst() : nil
    }
  }

  /// Returns the text without the marks, notes and spaces that end it.
  ///
  /// The number of steps is linear in the length that is removed. `dropLast()` would count the characters from the
  /// start each time.
  static func withoutMarksAtEnd<Text: BidirectionalCollection<Character>>(_ text: Text) -> Text
  where Text.SubSequence == Text {
    var text = text
    while let last = text.last {
      if last.isWhitespace || last == "♪" {
        text = text[..<text.index(before: text.endIndex)]
      } else if last == ">", let open = text.lastIndex(of: "<"), endOfMark(text[open...]) == text.endIndex {
        text = text[..<open]
      } else {
        break
      }
    }
    return text
  }

  /// Pairs within each other whose second mark comes too early. Deeper ones are marks of their own.
  private static let maxCrossings = 4

  /// Returns a text with the marks around it that belong to a mark within it.
  private static func withWholePairs(_ body: Substring, of cue: String, _ bracesAreCodes: Bool) -> Substring {
    let marks = marks(in: cue, bracesAreCodes)
    var (start, end) = (body.startIndex, body.endIndex)
    for _ in 0..<maxCrossings {
      let known = start..<end
      for mark in marks {
        guard case .closing(let number) = mark.role, !body.isEmpty else { continue }
        let (open, close) = (marks[number].range, mark.range)
        if open.upperBound <= start, close.lowerBound >= start, close.upperBound <= end { start = open.lowerBound }
        if open.lowerBound >= start, open.upperBound <= end, close.lowerBound >= end { end = close.upperBound }
      }
      if known == start..<end { break }
    }
    return cue[start..<end]
  }

  /// The tags, times and `{\…}` of a line. A closing tag belongs to the last open tag of its name.
  private static func marks(in line: String, _ bracesAreCodes: Bool) -> [InlineMark] {
    var marks: [InlineMark] = []
    var open = OpenMarks()
    let (lastAngle, lastBrace) = (line.lastIndex(of: ">"), line.lastIndex(of: "}"))
    let lastReading = line.ranges(of: "</rt>").last
    var index = line.startIndex
    while index < line.endIndex {
      // The end of a mark is searched for only if there is one, so that time is linear in the length of the line.
      let last = line[index] == "<" ? lastAngle : line[index] == "{" ? lastBrace : nil
      guard let last, index < last, let end = endOfMark(line[index...last], bracesAreCodes: bracesAreCodes)
      else {
        index = line.index(after: index)
        continue
      }
      let part = part(line[index..<end])
      if part?.name == "rt", part?.isClosing == false, let lastReading, end <= lastReading.lowerBound,
        let close = line[end..<lastReading.upperBound].firstRange(of: "</rt>")
      {
        // How a word is read is no part of the sentence.
        marks.append(InlineMark(range: index..<close.upperBound, role: .single))
        index = close.upperBound
        continue
      }
      var mark = InlineMark(range: index..<end, role: .single)
      if let part {
        if !part.isClosing {
          open.open(marks.count, name: part.name)
        } else if let number = open.close(part.name) {
          mark.role = .closing(number)
        }
      }
      marks.append(mark)
      index = end
    }
    for case .closing(let number) in marks.map(\.role) { marks[number].role = .opening }
    return marks
  }

  /// Returns the name of what a mark opens or closes, such as `i` of `<i>` and `\i` of `{\i1}`; nil if it is a point.
  private static func part(_ mark: Substring) -> (name: Substring, isClosing: Bool)? {
    let content = mark.dropFirst().dropLast(1)
    guard mark.first == "<" else {
      let (code, state) = (content.dropLast(1), content.last)
      guard ["\\b", "\\i", "\\u", "\\s"].contains(code), state == "0" || state == "1" else { return nil }
      return (code, state == "0")
    }
    let isClosing = content.first == "/"
    let name = (isClosing ? content.dropFirst() : content).prefix { $0.isLetter }
    return name.isEmpty ? nil : (name, isClosing)
  }

  /// Returns the end of the tag, time or `{\…}` that a text begins with; nil if it begins with none.
  static func endOfMark<Text: Collection<Character>>(_ text: Text, bracesAreCodes: Bool = false) -> Text.Index?
  where Text.SubSequence == Text {
    guard let first = text.first, let second = text.dropFirst().first else { return nil }
    let isTag = first == "<" && (second.isLetter || second.isNumber || second == "/")
    guard isTag || first == "{" && (bracesAreCodes || second == "\\") else { return nil }
    return text.firstIndex(of: isTag ? ">" : "}").map { text.index(after: $0) }
  }
}
