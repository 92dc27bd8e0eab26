extension DocumentFormat {
  /// SubRip subtitles.
  package static let subRip = DocumentFormat(
    fileExtension: "srt", mediaType: "application/x-subrip; charset=utf-8", others: .windows1252
  ) { (file, document) throws(DocumentError) in try Subtitles.read(file, isWebVTT: false, into: &document) }

  /// WebVTT subtitles (https://www.w3.org/TR/webvtt1).
  package static let webVTT = DocumentFormat(fileExtension: "vtt", mediaType: "text/vtt; charset=utf-8") {
    (file, document) throws(DocumentError) in try Subtitles.read(file, isWebVTT: true, into: &document)
  }
}

/// A reader of subtitles. The lines of a cue are one text; numbers, times, settings, notes and styles do not change.
///
/// A cue begins at its times, whether or not a blank line precedes them. In SubRip its text goes on after a blank line;
/// in WebVTT a blank line ends it, as the specification says.
private struct Subtitles {
  private let lines: [FileLine]
  private let isWebVTT: Bool
  /// For each line, whether it has the times of a cue.
  private let isTimes: [Bool]
  private var document: DocumentBuilder
  private var index = 0
  /// The start and the end of the cue that is read.
  private var times = 0..<0
  /// The cues that the next one can go on with, if cues are joined.
  private var chain: CueChain?

  static func read(_ file: String, isWebVTT: Bool, into document: inout DocumentBuilder) throws(DocumentError) {
    var reader = Subtitles(FileLine.lines(of: file), isWebVTT, document)
    while reader.index < reader.lines.count { try reader.readBlock() }
    try reader.endChain()
    document = reader.document
  }

  private init(_ lines: [FileLine], _ isWebVTT: Bool, _ document: DocumentBuilder) {
    self.lines = lines
    self.isWebVTT = isWebVTT
    self.document = document
    isTimes = lines.map { Self.isTimes($0.text) }
  }

  /// Reads the lines up to the next cue, and its text.
  private mutating func readBlock() throws(DocumentError) {
    if let comment = commentEnd {
      while index < comment { try skipLine() }
    } else if !isTimes[index] {
      try skipLine()
    } else {
      times = CueTimes.milliseconds(lines[index].text)
      try skipLine()
      try readText()
    }
  }

  private mutating func skipLine() throws(DocumentError) {
    try addFixed(lines[index].raw)
    index += 1
  }

  private mutating func addFixed(_ text: String) throws(DocumentError) {
    if chain?.addFixed(text) == true { return }
    try endChain()
    try document.addFixed(text)
  }

  /// Hands over the cues that were joined.
  private mutating func endChain() throws(DocumentError) {
    guard let ended = chain else { return }
    chain = nil
    try document.addText(ended.text)
    try document.addFixed(ended.after)
  }

  // MARK: Lines that are no text

  private static func isTimes(_ line: Substring) -> Bool {
    guard let arrow = arrow(in: line) else { return false }
    return isTime(line[..<arrow.lowerBound]) && isTime(line[arrow.upperBound...])
  }

  /// The arrow between two times. Some programs write it with other dashes.
  private static func arrow(in line: Substring) -> Range<String.Index>? {
    guard line.first.map({ $0.isNumber || $0.isWhitespace || $0 == "-" }) ?? false,
      let end = line.firstIndex(where: { $0 == ">" || $0 == "→" })
    else { return nil }
    var start = end
    while start > line.startIndex, "-–—".contains(line[line.index(before: start)]) { start = line.index(before: start) }
    guard start < end || line[end] == "→" else { return nil }
    return start..<line.index(after: end)
  }

  /// Whether a text begins with a time such as `00:01:02,500`, with nothing but settings after it.
  private static func isTime(_ text: Substring) -> Bool {
    let time = text.drop { $0 == " " || $0 == "\t" }.prefix { !$0.isWhitespace }
    return time.contains(":") && time.contains(where: \.isNumber)
      && time.allSatisfy { $0.isNumber || ":.,-".contains($0) }
  }

  /// The line after a comment that begins here; nil if none does. The times of a cue end it too, as the specification
  /// says.
  private var commentEnd: Int? {
    guard isWebVTT, index == 0 || lines[index - 1].isBlank else { return nil }
    let first = lines[index].text
    let isComment = ["NOTE", "STYLE", "REGION"].contains { name in
      first.hasPrefix(name) && first.dropFirst(name.count).first.map { $0 == " " || $0 == "\t" } ?? true
    }
    guard isComment else { return nil }
    return (index..<lines.count).first { lines[$0].isBlank || isTimes[$0] } ?? lines.count
  }

  /// Whether a line is the number of a cue: its times follow, or it stands alone after a blank line.
  private func isNumber(_ line: Int) -> Bool {
    let text = lines[line].text.drop { $0 == " " || $0 == "\t" }
    guard text.first?.isNumber == true, text.allSatisfy({ $0.isNumber || $0 == " " || $0 == "\t" }) else {
      return false
    }
    if lines[line - 1].isBlank { return true }
    let next = lines[(line + 1)...].firstIndex { !$0.isBlank }
    return next.map { isTimes[$0] } ?? false
  }

  // MARK: Text

  /// Reads the text after the times of a cue. In SubRip it can have blank lines.
  private mutating func readText() throws(DocumentError) {
    var start = index
    while index < lines.count, !isTimes[index] {
      let isBlank = lines[index].isBlank
      guard isBlank || isNumber(index) else {
        index += 1
        continue
      }
      try readSpeeches(lines[start..<index])
      try skipLine()
      start = index
      if isBlank, isWebVTT { return }
    }
    try readSpeeches(lines[start..<index])
  }

  private mutating func readSpeeches(_ lines: ArraySlice<FileLine>) throws(DocumentError) {
    var start = lines.startIndex
    for line in lines.indices where line > start && CueDivision.divides(lines[line - 1].text, lines[line].text) {
      try readSpeech(lines[start..<line])
      start = line
    }
    if start < lines.endIndex { try readSpeech(lines[start...]) }
  }

  /// Reads lines of a cue as one text.
  private mutating func readSpeech(_ lines: ArraySlice<FileLine>) throws(DocumentError) {
    let (raw, end) = (lines.map(\.raw).joined(), lines.last?.end ?? "")
    let body = CueText(raw.dropLast(end.count), isWebVTT: isWebVTT)
    guard !body.isEmpty else { return try addFixed(raw) }
    if chain?.add(body, times) != true {
      try endChain()
      try document.addFixed(body.before)
      chain = CueChain(body, times)
    }
    if !document.joinsCues { try endChain() }
    try addFixed(body.after + end)
  }
}
