import Markup

extension DocumentFormat {
  /// The text of PDF files (ISO 32000-1), which is answered as HTML: a section per page, without the layout.
  package static let portableDocument = DocumentFormat(
    fileExtension: "pdf", mediaType: "text/html; charset=utf-8", answerExtension: "html",
    readPackage: { (file, document) throws(DocumentError) in
      var pdf = try PDFFile(file)
      let pages = pdf.pages
      try document.addFixed("<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n<body>\n")
      var hasText = false
      for page in pages {
        try document.addFixed("<section>\n")
        for paragraph in PDFParagraphs.paragraphs(PDFPageReader.fragments(of: page, in: &pdf)) {
          hasText = true
          try document.addFixed("<p>")
          try document.addText(DocumentText(paragraph) { CharacterReferences.escaped($0) })
          try document.addFixed("</p>\n")
        }
        try document.addFixed("</section>\n")
      }
      try document.addFixed("</body>\n</html>\n")
      guard hasText else {
        throw .broken(item: "file", found: "no text in \(pages.count) pages", expected: "a PDF file with text")
      }
      document.endPart()
      return { next in try next().map(joined) ?? [] }
    })
}

/// The lines of a page joined to paragraphs.
enum PDFParagraphs {
  /// A line of a page.
  private struct Line {
    var text: String
    var x: Double
    var end: Double
    var y: Double
    var size: Double
  }

  static func paragraphs(_ fragments: [PDFFragment]) -> [String] {
    var paragraphs: [String] = []
    var last: Line?
    for line in lines(fragments) {
      let text = line.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      guard !text.isEmpty else { continue }
      if let before = last, continues(line, before), let index = paragraphs.indices.last {
        append(text, to: &paragraphs[index])
      } else {
        paragraphs.append(text)
      }
      last = line
    }
    return paragraphs
  }

  /// Joins pieces on one base line. A gap of a fifth of the size is a space.
  private static func lines(_ fragments: [PDFFragment]) -> [Line] {
    var lines: [Line] = []
    for fragment in fragments {
      guard let index = lines.indices.last, isBeside(fragment, lines[index]) else {
        lines.append(
          Line(text: fragment.text, x: fragment.x, end: fragment.end, y: fragment.y, size: fragment.size))
        continue
      }
      let isApart = fragment.x - lines[index].end > lines[index].size * 0.2
      lines[index].text += (isApart ? " " : "") + fragment.text
      lines[index].end = max(lines[index].end, fragment.end)
      lines[index].size = max(lines[index].size, fragment.size)
    }
    return lines
  }

  /// Whether a piece is on the base line of a line, and not before its end.
  private static func isBeside(_ fragment: PDFFragment, _ line: Line) -> Bool {
    abs(line.y - fragment.y) < max(line.size, fragment.size) * 0.4 && fragment.x > line.end - line.size * 2
  }

  /// Whether a line goes on where the line before ended: close below it, of its size, and no item of a list.
  private static func continues(_ line: Line, _ before: Line) -> Bool {
    let distance = before.y - line.y
    let isSameSize = abs(line.size - before.size) < 0.15 * before.size
    guard isSameSize, distance > 0, distance < before.size * 1.7 else { return false }
    let isItem = line.text.first.map { "•–▪◦●".contains($0) } ?? true
    let isIndented = line.x > before.x + before.size * 0.8
    let isFull = before.end - before.x > (line.end - line.x) * 0.7
    return !isItem && !isIndented && isFull
  }

  /// Appends a line to a paragraph, in place of the hyphen of a word that the paragraph breaks.
  private static func append(_ line: String, to paragraph: inout String) {
    let breaksWord = paragraph.last == "-" && paragraph.dropLast(1).last?.isLetter == true
    if breaksWord, line.first?.isLowercase == true {
      paragraph.removeLast()
      paragraph += line
    } else {
      paragraph += " " + line
    }
  }
}
