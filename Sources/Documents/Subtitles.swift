extension DocumentFormat {
  /// SubRip subtitles.
  package static let subRip = DocumentFormat(
    fileExtension: "srt", mediaType: "application/x-subrip; charset=utf-8"
  ) { (file, document) throws(DocumentError) in try Subtitles.read(file, isWebVTT: false, into: &document) }

  /// WebVTT subtitles (https://www.w3.org/TR/webvtt1).
  package static let webVTT = DocumentFormat(fileExtension: "vtt", mediaType: "text/vtt; charset=utf-8") {
    (file, document) throws(DocumentError) in try Subtitles.read(file, isWebVTT: true, into: &document)
  }
}

/// A reader of subtitles. The lines of a cue are one text; numbers, times, settings, notes and styles do not change.
private enum Subtitles {
  static func read(_ file: String, isWebVTT: Bool, into document: inout DocumentBuilder) throws(DocumentError) {
    let lines = FileLine.lines(of: file)
    var index = 0
    while index < lines.count {
      let end = lines[index...].firstIndex(where: \.isBlank) ?? lines.count
      try readBlock(lines[index..<end], isWebVTT, &document)
      if end < lines.count { try document.addFixed(lines[end].raw) }
      index = end + 1
    }
  }

  /// Reads the lines up to a blank line. The lines after the times are the text of the cue; without times there is none.
  private static func readBlock(
    _ lines: ArraySlice<FileLine>, _ isWebVTT: Bool, _ document: inout DocumentBuilder
  ) throws(DocumentError) {
    // A number or a name can precede the times. Notes and styles can quote times, but not on these lines.
    let times = lines.prefix(2).firstIndex { isTimes($0.text) }
    guard let times, !isComment(lines, isWebVTT: isWebVTT) else {
      for line in lines { try document.addFixed(line.raw) }
      return
    }
    for line in lines[...times] { try document.addFixed(line.raw) }
    for lines in speeches(lines[(times + 1)...]) { try readSpeech(lines, isWebVTT, &document) }
  }

  private static func isTimes(_ line: Substring) -> Bool {
    let halves = line.split(separator: "-->", omittingEmptySubsequences: false)
    return halves.count == 2 && halves.allSatisfy { $0.contains { $0.isNumber } && $0.contains(":") }
  }

  private static func isComment(_ lines: ArraySlice<FileLine>, isWebVTT: Bool) -> Bool {
    guard isWebVTT, let first = lines.first?.text else { return false }
    return ["NOTE", "STYLE", "REGION", "WEBVTT"].contains { name in
      first.hasPrefix(name) && first.dropFirst(name.count).first.map { $0 == " " || $0 == "\t" } ?? true
    }
  }

  /// The parts of a cue that different people speak: each begins with a dash. Without dashes the cue is one part.
  private static func speeches(_ lines: ArraySlice<FileLine>) -> [ArraySlice<FileLine>] {
    var speeches: [ArraySlice<FileLine>] = []
    var start = lines.startIndex
    for index in lines.indices where index > start && isDashed(lines[index].text) {
      speeches.append(lines[start..<index])
      start = index
    }
    if start < lines.endIndex { speeches.append(lines[start...]) }
    return speeches
  }

  private static func isDashed(_ line: Substring) -> Bool {
    let text = line.drop { $0 == " " }
    return text.hasPrefix("- ") || text.hasPrefix("– ")
      || text.hasPrefix("-") && text.dropFirst().first?.isLetter == true
  }

  private static func readSpeech(
    _ lines: ArraySlice<FileLine>, _ isWebVTT: Bool, _ document: inout DocumentBuilder
  ) throws(DocumentError) {
    guard let first = lines.first, let last = lines.last else { return }
    let raw = lines.map(\.raw).joined()
    let body = CueText(raw.dropLast(last.end.count), isWebVTT: isWebVTT)
    guard !body.isEmpty else { return try document.addFixed(raw) }
    let (count, newLine) = (lines.count, String(first.end.isEmpty ? "\n" : first.end))
    let text = DocumentText(body.text.source, raw: body.raw, isMarkup: body.text.isMarkup) { translation in
      LineBreaking.balanced(body.text.target(translation), into: count).joined(separator: newLine)
    }
    try document.addFixed(body.before)
    try document.addText(text)
    try document.addFixed(body.after + last.end)
  }
}

/// The text of a cue without the marks around it: `<i>`, `<v Mary>`, `{\an8}`, the dash of a speaker.
///
/// Marks around the text do not change. Marks within it become tags of HTML, which a translation places.
struct CueText: Sendable {
  let before: String
  let after: String
  /// The bytes of the file between `before` and `after`.
  let raw: String
  /// `raw` on one line, with the marks within it.
  let text: MarkedText

  init(_ cue: Substring, isWebVTT: Bool) {
    var body = cue
    while let rest = Self.withoutMarkAtStart(body) { body = rest }
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

  /// Returns the text after the mark, dash or space that begins it; nil if it begins with none.
  private static func withoutMarkAtStart(_ text: Substring) -> Substring? {
    guard let first = text.first else { return nil }
    switch first {
    case "<", "{": return endOfMark(text).map { text[$0...] }
    case "-", "–", "♪", "#": return text.dropFirst()
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

  /// The tags, times and `{\…}` of a line. A closing tag belongs to the last open tag of its name.
  private static func marks(in line: String) -> [InlineMark] {
    var marks: [InlineMark] = []
    var open = OpenMarks()
    let (lastAngle, lastBrace) = (line.lastIndex(of: ">"), line.lastIndex(of: "}"))
    var index = line.startIndex
    while index < line.endIndex {
      // The end of a mark is searched for only if there is one, so that time is linear in the length of the line.
      let last = line[index] == "<" ? lastAngle : line[index] == "{" ? lastBrace : nil
      guard let last, index < last, let end = endOfMark(line[index...last]) else {
        index = line.index(after: index)
        continue
      }
      let content = line[index..<end].dropFirst().dropLast(1)
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
