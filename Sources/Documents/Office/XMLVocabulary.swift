/// The elements of an office format by what they mean for a translation.
///
/// Names have the prefix that the specification uses; a file can declare others.
struct XMLVocabulary: Sendable {
  enum Role: Sendable {
    /// An element whose content is one text.
    case paragraph
    /// The head or foot of a sheet: a text in which `&` begins codes.
    case sheetMargin
    /// Text with its format.
    case run
    /// The format of a run.
    case properties
    /// The characters of a run.
    case characters
    /// An element around runs or text, such as a link.
    case container
    /// An element at the start of a container, which belongs to its start tag.
    case containerHead
    /// The end of a line, or a column: a sentence does not go on after it.
    case lineBreak
    /// A hyphen at which no line ends.
    case hyphen
    /// A mark that shows nothing, such as a bookmark.
    case anchor
    /// A hint of a program about the old text, which a translation goes without.
    case hint
    /// An element whose text is computed, or must be read as it is.
    case island
    /// A mark of a field: its start, its end, or the border between its code and its result.
    case fieldMark
    /// The code of a field.
    case fieldCode
    /// An element in which nothing is a text.
    case skipped
  }

  private let roles: [String: Role]
  /// The prefix of each namespace.
  private let prefixes: [String: String]
  /// Whether white space between elements is text.
  let keepsSpace: Bool
  /// Whether an unknown element with text is an island rather than a mark without text.
  let unknownIsIsland: Bool

  func role(of name: String) -> Role? { roles[name] }

  /// The prefix that the specification uses for a namespace; nil if it is another namespace.
  func prefix(of namespace: String) -> String? { prefixes[namespace] }

  private init(
    _ names: [(Role, String)], prefixes: [String: String], keepsSpace: Bool, unknownIsIsland: Bool
  ) {
    var roles: [String: Role] = [:]
    for (role, list) in names { for name in list.split(separator: " ") { roles[String(name)] = role } }
    self.roles = roles
    self.prefixes = prefixes
    self.keepsSpace = keepsSpace
    self.unknownIsIsland = unknownIsIsland
  }

  /// Office Open XML (ECMA-376): text documents (`w`), drawings and slides (`a`), workbooks (no prefix), charts (`c`).
  static let openXML = XMLVocabulary(
    [
      (.paragraph, "w:p a:p si is text p:text c:v dc:title dc:subject dc:description"),
      (.sheetMargin, "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter"), (.run, "w:r a:r r"),
      (.properties, "w:rPr a:rPr rPr"),
      (.characters, "w:t a:t t"),
      (.container, "w:hyperlink w:ins w:moveTo w:smartTag w:sdt w:sdtContent w:customXml w:dir w:bdo"),
      (.containerHead, "w:sdtPr w:sdtEndPr w:smartTagPr w:customXmlPr"), (.lineBreak, "w:br w:cr w:tab w:ptab a:br"),
      (
        .anchor,
        "w:bookmarkStart w:bookmarkEnd w:commentRangeStart w:commentRangeEnd w:commentReference w:permStart w:permEnd"
          + " w:moveToRangeStart w:moveToRangeEnd w:moveFromRangeStart w:moveFromRangeEnd"
      ),
      (.hyphen, "w:noBreakHyphen"), (.hint, "w:proofErr w:lastRenderedPageBreak w:softHyphen"),
      (.island, "w:fldSimple a:fld"), (.fieldMark, "w:fldChar"), (.fieldCode, "w:instrText"),
      (.skipped, "c:numCache c:numLit c:numRef m:oMath m:oMathPara rPh"),
    ],
    prefixes: [
      "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
      "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
      "http://schemas.openxmlformats.org/drawingml/2006/main": "a", "http://purl.oclc.org/ooxml/drawingml/main": "a",
      "http://schemas.openxmlformats.org/drawingml/2006/chart": "c", "http://purl.oclc.org/ooxml/drawingml/chart": "c",
      "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
      "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
      "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "", "http://purl.org/dc/elements/1.1/": "dc",
      "http://purl.oclc.org/ooxml/spreadsheetml/main": "",
    ], keepsSpace: false, unknownIsIsland: false)

  /// OpenDocument 1.3 (OASIS).
  static let openDocument = XMLVocabulary(
    [
      (
        .paragraph,
        "text:p text:h presentation:header-decl presentation:footer-decl dc:title dc:subject dc:description"
      ),
      (.container, "text:span text:a text:meta"), (.lineBreak, "text:line-break text:tab"),
      (.hint, "text:soft-page-break"),
      (
        .anchor,
        "text:bookmark text:bookmark-start text:bookmark-end text:reference-mark text:reference-mark-start"
          + " text:reference-mark-end text:change text:change-start text:change-end office:annotation-end"
      ),
      (.skipped, "text:tracked-changes table:tracked-changes office:forms office:scripts math:math"),
    ],
    prefixes: [
      "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
      "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
      "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
      "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0": "presentation",
      "http://purl.org/dc/elements/1.1/": "dc",
    ], keepsSpace: true, unknownIsIsland: true)

  /// The table of contents of EPUB 2 (NCX).
  static let tableOfContents = XMLVocabulary(
    [(.paragraph, "text"), (.skipped, "docAuthor")], prefixes: ["http://www.daisy.org/z3986/2005/ncx/": ""],
    keepsSpace: true, unknownIsIsland: true)

  /// The package file of EPUB (OPF): the title and the description, which a library of books shows.
  static let bookPackage = XMLVocabulary(
    [(.paragraph, "dc:title dc:description")], prefixes: ["http://purl.org/dc/elements/1.1/": "dc"], keepsSpace: true,
    unknownIsIsland: true)
}
