import Documents
import Files
import Languages
import Markup
import Translation

/// A file of terms: TSV, CSV or TBX.
package struct GlossaryFile {
  static let endings = ["tsv", "csv", "tbx"]
  private static let maxBytes = 64 << 20

  /// The terms per pair of languages.
  let dictionaries: [(pair: LanguagePair, terms: [Term])]

  /// Reads a file, whose name ends in the languages of its terms if the file does not name them: `medical.en-fr.tsv`.
  /// - Throws: `FileError`.
  package init(path: String) throws(FileError) {
    let file = try InputFile(path: path, atMost: Self.maxBytes)
    let bytes: [UInt8]
    do { bytes = try file.withBytes { Array($0) } } catch {
      throw (error as? FileError) ?? FileError(file: path, item: "file", found: "\(error)", expected: "a readable file")
    }
    let name = Name(path: path)
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      throw FileError(file: path, item: "file", found: "bytes that are not UTF-8", expected: "text in UTF-8")
    }
    do {
      switch name.ending {
      case "tbx": dictionaries = try TermBase(Array(text.utf8)).dictionaries
      case "csv": dictionaries = try Self.dictionaries(TermTable(csv: text).rows, name.pair)
      default: dictionaries = try Self.dictionaries(TermTable(tsv: text).rows, name.pair)
      }
    } catch {
      throw FileError(file: path, item: error.item, found: error.found, expected: error.expected)
    }
    guard !dictionaries.isEmpty else {
      throw FileError(file: path, item: "terms", found: "none", expected: "at least one")
    }
  }

  /// The terms as glossaries, one for each pair of languages.
  package var glossaries: [Glossary] { dictionaries.map { Glossary($0.terms, pair: $0.pair) } }

  /// A part of a file that cannot be read.
  struct Fault: Error, Equatable {
    var item: String
    var found: String
    var expected: String
  }

  /// The parts of a file's name: `medical.en-fr.tsv`.
  struct Name {
    /// The name of the glossary.
    let glossary: String
    let pair: LanguagePair?
    let ending: String

    init(path: String) {
      let parts = (path.split(separator: "/").last ?? "").split(separator: ".").map(String.init)
      ending = parts.count > 1 ? (parts.last ?? "").lowercased() : ""
      let stem = parts.count > 1 ? parts.dropLast() : parts[...]
      pair = stem.count > 1 ? stem.last.flatMap { LanguagePair($0) } : nil
      glossary = (pair == nil ? stem : stem.dropLast()).joined(separator: ".")
    }
  }

  // MARK: Tables

  /// Terms of rows: source, target, then words of `Term.Case` and `inflect`, or the two languages as DeepL has them.
  private static func dictionaries(
    _ rows: [TermTable.Row], _ named: LanguagePair?
  ) throws(Fault) -> [(pair: LanguagePair, terms: [Term])] {
    var rows = rows[...]
    var pair = named
    if let first = rows.first, first.cells.count == 2, let source = code(first.cells[0]),
      let target = code(first.cells[1]), named == nil
    {
      pair = LanguagePair(source: source, target: target)
      rows = rows.dropFirst()
    }
    var found: [(pair: LanguagePair, terms: [Term])] = []
    var places: [LanguagePair: Int] = [:]
    for row in rows {
      let (term, own) = try term(row)
      guard let pair = own ?? pair else {
        throw Fault(
          item: "line \(row.line)", found: "no languages",
          expected: "a name of the file such as glossary.en-fr.tsv, or two codes in the first line")
      }
      let place = places[pair] ?? found.count
      if place == found.count { found.append((pair, [])) }
      places[pair] = place
      found[place].terms.append(term)
    }
    return found
  }

  private static func term(_ row: TermTable.Row) throws(Fault) -> (Term, LanguagePair?) {
    guard row.cells.count >= 2 else {
      throw Fault(item: "line \(row.line)", found: "\(row.cells.count) column", expected: "a source and a target")
    }
    var term = Term(source: row.cells[0], target: row.cells[1])
    for text in [term.source, term.target] {
      if let fault = Term.fault(of: text) {
        throw Fault(item: "line \(row.line)", found: fault, expected: "a term in each column")
      }
    }
    var languages: [String] = []
    for word in row.cells.dropFirst(2).flatMap({ $0.split { $0 == " " || $0 == "," } }).map({ $0.lowercased() }) {
      if word == "inflect" {
        term.inflects = true
      } else if let rule = Term.Case(rawValue: word) {
        term.letterCase = rule
      } else if let code = code(word), languages.count < 2 {
        languages.append(code)
      } else {
        throw Fault(
          item: "line \(row.line)", found: word.excerpt, expected: "adapt, exact, fixed, inflect or two languages")
      }
    }
    let isPair = languages.count == 2
    return (term, isPair ? LanguagePair(source: languages[0], target: languages[1]) : nil)
  }

  /// A code of a language; nil for other words.
  static func code(_ text: String) -> String? {
    text.wholeMatch(of: /[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*/) == nil ? nil : LanguageCode(text).underscored
  }
}

// MARK: - Rows

/// The rows of a table in text, with the numbers of their lines.
struct TermTable {
  struct Row: Equatable {
    let line: Int
    let cells: [String]
  }

  let rows: [Row]

  /// Rows of cells between tabulators; blank lines are passed over.
  init(tsv text: String) {
    rows = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
      index, line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(Self.trimmed)
      return cells.allSatisfy(\.isEmpty) ? nil : Row(line: index + 1, cells: Self.filled(cells))
    }
  }

  /// Rows of RFC 4180: cells between commas, which are quoted if they have commas, quotes or line ends.
  /// - Throws: `Fault` for a quote that is not closed.
  init(csv text: String) throws(GlossaryFile.Fault) {
    var rows: [Row] = []
    var cells: [String] = []
    var cell = ""
    var (line, start) = (1, 1)
    var isQuoted = false
    var wasQuoted = false
    func endCell() {
      cells.append(wasQuoted ? cell : Self.trimmed(cell[...]))
      cell = ""
      wasQuoted = false
    }
    func endRow() {
      endCell()
      if !cells.allSatisfy(\.isEmpty) { rows.append(Row(line: start, cells: Self.filled(cells))) }
      cells = []
    }
    var rest = text[...]
    while let next = rest.popFirst() {
      if next.isNewline { line += 1 }
      if isQuoted {
        if next != "\"" {
          cell.append(next)
        } else if rest.first == "\"" {
          cell.append(next)
          rest.removeFirst()
        } else {
          isQuoted = false
        }
      } else if next == "\"", cell.allSatisfy(\.isWhitespace) {
        (cell, isQuoted, wasQuoted) = ("", true, true)
      } else if next == "," {
        endCell()
      } else if next.isNewline {
        endRow()
        start = line
      } else if !(wasQuoted && next.isWhitespace) {
        cell.append(next)
      }
    }
    guard !isQuoted else {
      throw GlossaryFile.Fault(item: "line \(start)", found: "a quote without its end", expected: "a closing quote")
    }
    endRow()
    self.rows = rows
  }

  /// Cells without empty ones after the second.
  private static func filled(_ cells: [String]) -> [String] {
    var cells = cells
    while cells.count > 2, cells.last?.isEmpty ?? false { cells.removeLast() }
    return cells
  }

  static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

// MARK: - TBX

/// The terms of a TermBase eXchange file (ISO 30042), of every pair of its languages.
private struct TermBase {
  let dictionaries: [(pair: LanguagePair, terms: [Term])]

  private static let concepts: Set = ["termEntry", "conceptEntry"]
  private static let languages: Set = ["langSet", "langSec"]
  /// The languages of a concept that are paired with each other.
  private static let maxLanguages = 64

  /// - Throws: `Fault` if there is no concept, or a term is none.
  init(_ bytes: [UInt8]) throws(GlossaryFile.Fault) {
    var scanner = MarkupScanner(bytes, isXML: true)
    var found: [(pair: LanguagePair, terms: [Term])] = []
    var places: [LanguagePair: Int] = [:]
    var concept: [(language: String, term: String)] = []
    var language: String?
    var term: String?
    var hasConcepts = false
    func endConcept() {
      for source in concept.prefix(Self.maxLanguages) {
        for target in concept.prefix(Self.maxLanguages) where source.language != target.language {
          let pair = LanguagePair(source: source.language, target: target.language)
          let place = places[pair] ?? found.count
          if place == found.count { found.append((pair, [])) }
          places[pair] = place
          // The first term of a language is the preferred one.
          if concept.first(where: { $0.language == target.language })?.term == target.term {
            found[place].terms.append(Term(source: source.term, target: target.term))
          }
        }
      }
      concept = []
    }
    for piece in scanner.scan() {
      switch piece.kind {
      case .start(let tag):
        if Self.languages.contains(tag.name) {
          language = XMLTag(bytes[piece.range]).value(of: "xml:lang").flatMap(GlossaryFile.code)
        }
        if tag.name == "term" { term = "" }
        if Self.concepts.contains(tag.name) { hasConcepts = true }
      case .end(let name):
        if name == "term", let written = term, let language {
          let text = TermTable.trimmed(CharacterReferences.unescaped(written)[...])
          if let fault = Term.fault(of: text) {
            throw GlossaryFile.Fault(item: "term", found: fault, expected: "a term")
          }
          concept.append((language, text))
          term = nil
        }
        if Self.languages.contains(name) { language = nil }
        if Self.concepts.contains(name) { endConcept() }
      case .text: if term != nil { term? += String(decoding: bytes[piece.range], as: UTF8.self) }
      default: break
      }
    }
    guard hasConcepts else {
      throw GlossaryFile.Fault(item: "file", found: "no termEntry or conceptEntry", expected: "TBX")
    }
    dictionaries = found
  }
}
