extension DocumentFormat {
  /// Text documents of Office Open XML (ECMA-376).
  package static let wordDocument = office(
    "docx", "vnd.openxmlformats-officedocument.wordprocessingml.document", .openXML, main: "word/document.xml",
    members: [
      "word/document", "word/header", "word/footer", "word/footnotes", "word/endnotes", "word/comments",
      "word/charts/chart", "word/diagrams/data", "word/diagrams/drawing", "docProps/core",
    ])

  /// Slides of Office Open XML.
  package static let presentation = office(
    "pptx", "vnd.openxmlformats-officedocument.presentationml.presentation", .openXML, main: "ppt/presentation.xml",
    members: [
      "ppt/slides/slide", "ppt/notesSlides/notesSlide", "ppt/slideLayouts/slideLayout", "ppt/slideMasters/slideMaster",
      "ppt/charts/chart", "ppt/diagrams/data", "ppt/diagrams/drawing", "ppt/comments/comment",
      "docProps/core",
    ])

  /// Workbooks of Office Open XML.
  package static let workbook = office(
    "xlsx", "vnd.openxmlformats-officedocument.spreadsheetml.sheet", .openXML, main: "xl/workbook.xml",
    members: [
      "xl/sharedStrings", "xl/worksheets/sheet", "xl/comments", "xl/comments/comment",
      "xl/threadedComments/threadedComment", "xl/drawings/drawing", "xl/charts/chart", "docProps/core",
    ])

  /// Text documents of OpenDocument 1.3 (OASIS).
  package static let openText = openDocument("odt", "text")
  /// Slides of OpenDocument.
  package static let openPresentation = openDocument("odp", "presentation")
  /// Workbooks of OpenDocument.
  package static let openSpreadsheet = openDocument("ods", "spreadsheet")

  private static func openDocument(_ fileExtension: String, _ kind: String) -> DocumentFormat {
    office(
      fileExtension, "vnd.oasis.opendocument." + kind, .openDocument, main: "content.xml",
      members: ["content", "styles", "meta", "Object /content"])
  }

  /// - Parameters:
  ///   - main: the member that every file of the format has.
  ///   - members: the names of members with text, without numbers and `.xml`.
  private static func office(
    _ fileExtension: String, _ mediaType: String, _ vocabulary: XMLVocabulary, main: String, members: Set<String>
  ) -> DocumentFormat {
    DocumentFormat(
      fileExtension: fileExtension, mediaType: "application/" + mediaType,
      readPackage: {
        (file, document) throws(DocumentError) in
        let package = try OfficePackage(file, main: main)
        let (tables, words) = (try SpreadsheetTables(package), try SpreadsheetWords(package))
        let names = package.names.filter { name in
          name.hasSuffix(".xml") && members.contains(name.dropLast(4).filter { !$0.isNumber })
        }
        for name in names {
          let xml = try XMLElements(package.content(name), item: name, vocabulary)
          let rules = OfficeRules(member: name, xml: xml, tables: tables, words: words)
          try XMLTextReader.read(
            xml, vocabulary, into: &document, bytes: { try package.unpack(name, $0) }, isSkipped: rules.isSkipped)
        }
        return package.assembly(of: names)
      })
  }
}

/// The elements of a member in which nothing is translated, by what is in them and by their attributes.
private struct OfficeRules {
  let member: String
  let xml: XMLElements
  let tables: SpreadsheetTables
  let words: SpreadsheetWords
  /// The shared strings that head tables.
  private let heads: Set<Int>
  /// The shapes of a layout that hold prompts, which are not shown.
  private let prompts: Set<Int>

  init(member: String, xml: XMLElements, tables: SpreadsheetTables, words: SpreadsheetWords) {
    self.member = member
    self.xml = xml
    self.tables = tables
    self.words = words
    heads = member == "xl/sharedStrings.xml" ? tables.heads(in: xml) : []
    let isLayout = member.hasPrefix("ppt/slideLayouts/") || member.hasPrefix("ppt/slideMasters/")
    prompts = isLayout ? Self.prompts(in: xml) : []
  }

  /// The shapes with a placeholder in them, as the numbers of their start tags.
  private static func prompts(in xml: XMLElements) -> Set<Int> {
    var (open, prompts): ([Int], Set<Int>) = ([], [])
    for (index, piece) in xml.pieces.enumerated() {
      switch piece.kind {
      case .start(let name, let isEmpty):
        if name == "p:sp", !isEmpty { open.append(index) }
        guard name == "p:ph" else { continue }
        // Shapes around a prompt are prompts already.
        for shape in open.reversed() { guard prompts.insert(shape).inserted else { break } }
      case .end(let name): if name == "p:sp" { _ = open.popLast() }
      case .text, .opaque: break
      }
    }
    return prompts
  }

  func isSkipped(_ name: String, _ piece: Int) -> Bool {
    switch name {
    case "table:table-cell": return isComputed(xml.tag(piece))
    case "si": return heads.contains(piece) || isNamed(piece)
    case "is", "c:v": return isNamed(piece)
    case "text:p": return isOnlyParagraph(piece) && isNamed(piece)
    case "c" where member.hasPrefix("xl/worksheets/"):
      return tables.isHeader(cell: xml.tag(piece).value(of: "r") ?? "", of: member)
    case "p:sp": return prompts.contains(piece)
    default: return false
    }
  }

  /// Whether a formula, a list or a filter names the text of an element.
  private func isNamed(_ start: Int) -> Bool {
    !words.isEmpty && words.contains(xml.characters(start..<xml.end(of: start)))
  }

  /// Whether a paragraph is all that a cell shows. A comment can come before it.
  private func isOnlyParagraph(_ start: Int) -> Bool {
    guard !words.isEmpty, start > 0, xml.end(of: start) < xml.pieces.count else { return false }
    guard case .end("table:table-cell") = xml.pieces[xml.end(of: start)].kind else { return false }
    switch xml.pieces[start - 1].kind {
    case .start("table:table-cell", _), .end("office:annotation"): return true
    default: return false
    }
  }

  /// Whether the text of a cell comes from its value: a formula, a number, a date.
  private func isComputed(_ cell: XMLTag) -> Bool {
    var isText = true
    for (name, value) in cell.attributes {
      if name == "table:formula" { return true }
      if name == "office:value-type" { isText = value == "string" }
    }
    return !isText
  }
}
