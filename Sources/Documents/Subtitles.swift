/// SubRip (.srt) and WebVTT (.vtt, https://www.w3.org/TR/webvtt1): the text of each cue is translated, its lines as one;
/// numbers, times, settings, notes and styles stand as they are.
enum Subtitles {
  static func pieces(of file: String, isWebVTT: Bool) -> [Document.Piece] {
    var pieces: [Document.Piece] = []
    let lines = FileLine.lines(of: file)
    var index = 0
    while index < lines.count {
      let end = lines[index...].firstIndex(where: \.isBlank) ?? lines.count
      pieces += block(lines[index..<end], isWebVTT: isWebVTT)
      if end < lines.count { pieces.append(.fixed(lines[end].raw)) }
      index = end + 1
    }
    return pieces
  }

  /// Lines up to a blank one. Those behind the times are the cue's text; without times there is none.
  private static func block(_ lines: ArraySlice<FileLine>, isWebVTT: Bool) -> [Document.Piece] {
    // A number or a name may stand before the times. Notes and styles may quote times, but not on these lines.
    let times = lines.prefix(2).firstIndex { isTimes($0.text) }
    guard let times, !isComment(lines, isWebVTT: isWebVTT) else { return lines.map { .fixed($0.raw) } }
    return lines[...times].map { .fixed($0.raw) } + speeches(lines[(times + 1)...]).flatMap { speech($0, isWebVTT) }
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
  private static func speech(_ lines: ArraySlice<FileLine>, _ isWebVTT: Bool) -> [Document.Piece] {
    guard let first = lines.first, let last = lines.last else { return [] }
    let raw = lines.map(\.raw).joined()
    let body = CueText(raw.dropLast(last.end.count), isWebVTT: isWebVTT)
    guard !body.isEmpty else { return [.fixed(raw)] }
    let (count, newLine) = (lines.count, String(first.end.isEmpty ? "\n" : first.end))
    let text = DocumentText(body.text.source, raw: body.raw, isMarkup: body.text.isMarkup) { translation in
      LineFill.balanced(body.text.target(translation), into: count).joined(separator: newLine)
    }
    return [.fixed(body.before), .text(text), .fixed(body.after + last.end)]
  }
}
