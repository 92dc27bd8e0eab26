/// The text of a cue between the marks around it: `<i>`, `<v Mary>`, `{\an8}`, the dash of a speaker.
struct CueText: Sendable {
  let before: String
  let after: String
  /// As it stands in the file, between `before` and `after`.
  let raw: String
  /// `raw` on one line, with the marks within it.
  let text: MarkedText

  init(_ cue: Substring, isWebVTT: Bool) {
    var body = cue
    while let rest = Self.afterMark(body) { body = rest }
    before = String(cue[..<body.startIndex])
    body = Self.withoutMarksAtEnd(body)
    after = String(cue[body.endIndex...])
    raw = String(body)
    let line = body.split(whereSeparator: \.isNewline).map(Self.trimmed).joined(separator: " ")
    text = MarkedText(line, Self.marks(in: line), isEscaped: isWebVTT)
  }

  var isEmpty: Bool { !raw.contains { $0.isLetter || $0.isNumber } }

  private static func trimmed(_ line: Substring) -> Substring {
    var line = line.drop { $0 == " " || $0 == "\t" }
    while line.last == " " || line.last == "\t" { line.removeLast() }
    return line
  }

  /// What follows a mark, dash or space that begins the text; nil where there is none.
  private static func afterMark(_ text: Substring) -> Substring? {
    guard let first = text.first else { return nil }
    switch first {
    case "<", "{": return endOfMark(text).map { text[$0...] }
    case "-", "–", "♪", "#": return text.dropFirst()
    default: return first.isWhitespace ? text.dropFirst() : nil
    }
  }

  /// The text without the marks, notes and spaces that end it.
  ///
  /// Takes steps for what it removes alone. `dropLast()` would count the characters from the start each time.
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

  /// Tags, times and `{\…}`; one that closes belongs to the last open one of its name.
  private static func marks(in line: String) -> [InlineMark] {
    var marks: [InlineMark] = []
    var open = OpenMarks()
    let (lastAngle, lastBrace) = (line.lastIndex(of: ">"), line.lastIndex(of: "}"))
    var index = line.startIndex
    while index < line.endIndex {
      // Looked for only where there is one, so that no text takes longer than its length.
      let last = line[index] == "<" ? lastAngle : line[index] == "{" ? lastBrace : nil
      guard let last, index < last, let end = endOfMark(line[index...last]) else {
        index = line.index(after: index)
        continue
      }
      let content = line[index..<end].dropFirst().dropLast()
      var mark = InlineMark(range: index..<end, role: .single)
      if content.first == "/", let number = open.close(name(content.dropFirst())) {
        mark.role = .closing(number)
      } else if content.first?.isLetter == true {
        open.open(marks.count, name: name(content))
      }
      marks.append(mark)
      index = end
    }
    for case .closing(let number) in marks.map(\.role) { marks[number].role = .opening }
    return marks
  }

  private static func name(_ content: Substring) -> Substring { content.prefix { $0.isLetter } }

  private static func endOfMark<Text: Collection<Character>>(_ text: Text) -> Text.Index?
  where Text.SubSequence == Text {
    guard let first = text.first, let second = text.dropFirst().first else { return nil }
    let isTag = first == "<" && (second.isLetter || second.isNumber || second == "/")
    guard isTag || first == "{" && second == "\\" else { return nil }
    return text.firstIndex(of: isTag ? ">" : "}").map { text.index(after: $0) }
  }
}
