/// SubRip (.srt) and WebVTT (.vtt, https://www.w3.org/TR/webvtt1): the text of each cue is translated, its lines as one;
/// numbers, times, settings, notes and styles stand as they are.
enum Subtitles {
  static func read(_ file: String, isWebVTT: Bool, into document: inout DocumentBuilder) throws(DocumentError) {
    let lines = FileLine.lines(of: file)
    var index = 0
    while index < lines.count {
      let end = lines[index...].firstIndex(where: \.isBlank) ?? lines.count
      try block(lines[index..<end], isWebVTT, &document)
      if end < lines.count { try document.addFixed(lines[end].raw) }
      index = end + 1
    }
  }

  /// Lines up to a blank one. Those behind the times are the cue's text; without times there is none.
  private static func block(
    _ lines: ArraySlice<FileLine>, _ isWebVTT: Bool, _ document: inout DocumentBuilder
  ) throws(DocumentError) {
    // A number or a name may stand before the times. Notes and styles may quote times, but not on these lines.
    let times = lines.prefix(2).firstIndex { isTimes($0.text) }
    guard let times, !isComment(lines, isWebVTT: isWebVTT) else {
      for line in lines { try document.addFixed(line.raw) }
      return
    }
    for line in lines[...times] { try document.addFixed(line.raw) }
    for lines in speeches(lines[(times + 1)...]) { try speech(lines, isWebVTT, &document) }
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

  /// Where the lines of a cue begin with dashes, each is somebody else's; else they are one text.
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

  /// Marks around the text stand; those within it become tags of HTML, which a translation places.
  private static func speech(
    _ lines: ArraySlice<FileLine>, _ isWebVTT: Bool, _ document: inout DocumentBuilder
  ) throws(DocumentError) {
    guard let first = lines.first, let last = lines.last else { return }
    let raw = lines.map(\.raw).joined()
    let body = CueText(raw.dropLast(last.end.count), isWebVTT: isWebVTT)
    guard !body.isEmpty else { return try document.addFixed(raw) }
    let (count, newLine) = (lines.count, String(first.end.isEmpty ? "\n" : first.end))
    let text = DocumentText(body.text.source, raw: body.raw, isMarkup: body.text.isMarkup) { translation in
      LineFill.balanced(body.text.target(translation), into: count).joined(separator: newLine)
    }
    try document.addFixed(body.before)
    try document.addText(text)
    try document.addFixed(body.after + last.end)
  }
}
