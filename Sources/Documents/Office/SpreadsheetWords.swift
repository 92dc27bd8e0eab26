import Markup

/// The words of a workbook that its formulas, lists of valid values and filters name.
///
/// Formulas do not change. They would no longer find such a word once its cell was translated, and a cell would hold a
/// value that its own list lacks. So cells with exactly such a word keep it.
struct SpreadsheetWords: Sendable {
  private var words: Set<String> = []

  /// - Throws: `DocumentError` if a member with formulas cannot be read.
  init(_ package: OfficePackage) throws(DocumentError) {
    let folders = ["xl/worksheets/", "xl/tables/", "xl/pivotCache/pivotCacheDefinition"]
    for name in package.names where name.hasSuffix(".xml") {
      let isNamed = name == "xl/workbook.xml" || name == "content.xml" && Self.isSpreadsheet(package)
      guard isNamed || folders.contains(where: name.hasPrefix) else { continue }
      read(try package.content(name))
    }
  }

  private static func isSpreadsheet(_ package: OfficePackage) -> Bool {
    guard let kind = try? package.content("mimetype") else { return false }
    return kind.starts(with: Array("application/vnd.oasis.opendocument.spreadsheet".utf8))
  }

  var isEmpty: Bool { words.isEmpty }

  /// Whether a cell keeps its text. Comparisons of formulas do not know capitals.
  func contains(_ text: String) -> Bool { words.contains(Self.key(text)) }

  private static func key(_ text: String) -> String {
    let text = text.drop(while: \.isWhitespace)
    return text[..<(text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.endIndex)].lowercased()
  }

  // MARK: Reading

  /// Elements with a formula as their text, without prefixes.
  private static let formulas: Set<Substring> = [
    "f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula",
  ]
  /// Attributes with a word, by their elements without prefixes.
  private static let attributes: [Substring: String] = [
    "filter": "val", "cacheField": "name", "filter-condition": "table:value", "filter-set-item": "table:value",
    "data-pilot-field": "table:source-field-name",
  ]
  /// Attributes with a formula or a condition.
  private static let conditions: Set<String> = [
    "table:formula", "table:condition", "table:expression", "style:condition", "calcext:value",
  ]
  private static let quote = Array("&quot;".utf8)

  private mutating func read(_ bytes: [UInt8]) {
    var scanner = MarkupScanner(bytes, isXML: true)
    var (formula, isFormula): (String, Bool) = ("", false)
    var found = self
    scanner.scan { piece in
      switch piece.kind {
      case .start(let tag):
        let name = Self.local(tag.name)
        (formula, isFormula) = ("", Self.formulas.contains(name))
        if let attribute = Self.attributes[name] {
          if let word = XMLTag(bytes[piece.range]).value(of: attribute) { found.add(word) }
        } else if bytes[piece.range].contains(UInt8(ascii: "&")), Self.hasQuote(bytes[piece.range]) {
          for (name, value) in XMLTag(bytes[piece.range]).attributes where Self.conditions.contains(name) {
            found.add(literalsOf: value, isList: false)
          }
        }
      case .text:
        if isFormula { formula += CharacterReferences.unescaped(String(decoding: bytes[piece.range], as: UTF8.self)) }
      case .end(let name):
        if isFormula {
          found.add(literalsOf: formula, isList: Self.local(name).hasPrefix("formula") || name.hasSuffix(":f"))
        }
        isFormula = false
      case .opaque: break
      }
    }
    self = found
  }

  private static func local(_ name: String) -> Substring { name.split(separator: ":").last ?? "" }

  private static func hasQuote(_ tag: ArraySlice<UInt8>) -> Bool {
    tag.indices.contains { tag[$0] == quote[0] && tag[$0...].starts(with: quote) }
  }

  private mutating func add(_ word: String) {
    let key = Self.key(word)
    if !key.isEmpty { words.insert(key) }
  }

  /// Adds the texts in quotes of a formula, in which two quotes are one.
  /// - Parameter isList: whether a formula that is nothing but one text is a list of words.
  private mutating func add(literalsOf formula: String, isList: Bool) {
    var literals: [String] = []
    var rest = formula[...]
    // Names of sheets are in single quotes, and can have double ones.
    while let open = rest.firstIndex(where: { $0 == "\"" || $0 == "'" }) {
      let mark = rest[open]
      var literal = ""
      rest = rest[rest.index(after: open)...]
      while let close = rest.firstIndex(of: mark) {
        literal += rest[..<close]
        rest = rest[rest.index(after: close)...]
        guard rest.first == mark else { break }
        literal.append(mark)
        rest = rest.dropFirst()
      }
      if mark == "\"" { literals.append(literal) }
    }
    for literal in literals { add(literal) }
    guard isList, literals.count == 1, let list = literals.first, formula.hasPrefix("\""), formula.hasSuffix("\"")
    else {
      return
    }
    for word in list.split(separator: ",") { add(String(word)) }
  }
}
