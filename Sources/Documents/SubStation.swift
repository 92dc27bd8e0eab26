extension DocumentFormat {
  /// Subtitles of SubStation Alpha (https://aegisub.org/docs/latest/ass_tags).
  package static let subStation = DocumentFormat(
    fileExtension: "ass", mediaType: "text/x-ssa; charset=utf-8", others: .windows1252
  ) { (file, document) throws(DocumentError) in try SubStation.read(file, into: &document) }
}

/// A reader of scripts of SubStation Alpha. The last field of each `Dialogue` is a text; everything else does not change.
private enum SubStation {
  /// The fields of a dialogue, if no `Format` line counts others.
  private static let defaultFields = 10

  static func read(_ file: String, into document: inout DocumentBuilder) throws(DocumentError) {
    var (fields, isInEvents) = (defaultFields, false)
    for line in FileLine.lines(of: file) {
      if line.text.hasPrefix("[") { isInEvents = line.text.lowercased().hasPrefix("[events]") }
      if isInEvents, line.text.hasPrefix("Format:") { fields = line.text.count { $0 == "," } + 1 }
      guard isInEvents, line.text.hasPrefix("Dialogue:"), let text = lastField(line.text, of: fields) else {
        try document.addFixed(line.raw)
        continue
      }
      try document.addFixed(line.text[..<text.startIndex])
      for part in parts(of: text) { try read(part, &document) }
      try document.addFixed(line.end)
    }
  }

  /// The text after all commas between fields; it can have commas itself.
  private static func lastField(_ line: Substring, of fields: Int) -> Substring? {
    var rest = line
    for _ in 1..<max(fields, 2) {
      guard let comma = rest.firstIndex(of: ",") else { return nil }
      rest = rest[comma...].dropFirst()
    }
    return rest
  }

  /// The parts of a text that are translated separately. A drawing is a part too.
  private static func parts(of text: Substring) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var search = text
    while let lineBreak = search.firstRange(of: "\\N") {
      let line = search[..<lineBreak.lowerBound]
      search = text[lineBreak.upperBound...]
      let next = search[..<(search.firstRange(of: "\\N")?.lowerBound ?? search.endIndex)]
      guard CueDivision.divides(line, next) else { continue }
      parts.append(text[start..<lineBreak.upperBound])
      start = lineBreak.upperBound
    }
    return parts + [text[start...]]
  }

  private static func read(_ part: Substring, _ document: inout DocumentBuilder) throws(DocumentError) {
    let isDrawing = (1...9).contains { part.contains("\\p\($0)") }
    let end = part.hasSuffix("\\N") ? "\\N" : ""
    let body = CueText(part.dropLast(end.count), isWebVTT: false, bracesAreCodes: true)
    guard !isDrawing, !body.isEmpty else { return try document.addFixed(part) }
    try document.addFixed(body.before)
    try document.addText(body.document)
    try document.addFixed(body.after + end)
  }
}
