import Markup

/// The cells of a workbook that head the columns of its tables.
///
/// Formulas refer to columns by these names, and a program repairs a workbook in which a head and the name of its column
/// differ. So they are not translated.
struct SpreadsheetTables: Sendable {
  /// For each sheet the names of its cells, such as `A1`.
  private var cells: [String: Set<String>] = [:]
  /// The numbers of shared strings that these cells have.
  private var strings: Set<Int> = []

  /// Columns of a table whose heads are looked for.
  private static let maxColumns = 16_384

  init(_ package: OfficePackage) throws(DocumentError) {
    let sheets = package.names.filter { $0.hasPrefix("xl/worksheets/") && $0.hasSuffix(".xml") }
    for sheet in sheets {
      let folder = "xl/worksheets/"
      let relations = folder + "_rels/" + sheet.dropFirst(folder.count) + ".rels"
      guard package.has(relations) else { continue }
      let heads = try Self.heads(relations, package)
      guard !heads.isEmpty else { continue }
      cells[sheet] = heads
      strings.formUnion(try Self.strings(of: heads, sheet, package))
    }
  }

  /// The shared strings that are heads of tables, as the numbers of their start tags.
  func heads(in sharedStrings: XMLElements) -> Set<Int> {
    guard !strings.isEmpty else { return [] }
    var heads: Set<Int> = []
    var number = 0
    for (index, piece) in sharedStrings.pieces.enumerated() {
      guard case .start("si", _) = piece.kind else { continue }
      if strings.contains(number) { heads.insert(index) }
      number += 1
    }
    return heads
  }

  func isHeader(cell: String, of sheet: String) -> Bool { cells[sheet]?.contains(cell) ?? false }

  // MARK: Reading

  /// The cells of the first rows of the tables that a sheet refers to.
  private static func heads(_ relations: String, _ package: OfficePackage) throws(DocumentError) -> Set<String> {
    let xml = try XMLElements(package.content(relations), item: relations, .openXML)
    var heads: Set<String> = []
    for (index, piece) in xml.pieces.enumerated() where piece.tagName == "Relationship" {
      guard case .start = piece.kind, let target = xml.tag(index).value(of: "Target") else { continue }
      let name = target.hasPrefix("/") ? String(target.dropFirst()) : target.replacing("../", with: "xl/")
      guard name.hasPrefix("xl/tables/"), package.has(name) else { continue }
      let table = try XMLElements(package.content(name), item: name, .openXML)
      guard let root = table.pieces.firstIndex(where: { $0.tagName == "table" }),
        table.tag(root).value(of: "headerRowCount") != "0", let area = table.tag(root).value(of: "ref")
      else { continue }
      heads.formUnion(firstRow(of: area))
    }
    return heads
  }

  /// The cells of the first row of an area, such as `A1:C10`.
  private static func firstRow(of area: String) -> [String] {
    let corners = area.split(separator: ":").map { corner in
      (column: column(corner.prefix { $0.isLetter }), row: corner.drop { $0.isLetter })
    }
    guard let first = corners.first, let last = corners.last, let start = first.column, let end = last.column,
      start <= end, end <= maxColumns
    else { return [] }
    return (start...end).map { letters($0) + first.row }
  }

  private static func column(_ letters: Substring) -> Int? {
    guard (1...3).contains(letters.count) else { return nil }
    var number = 0
    for letter in letters.uppercased().utf8 {
      guard (0x41...0x5A).contains(letter) else { return nil }
      number = number * 26 + Int(letter - 0x40)
    }
    return number
  }

  private static func letters(_ column: Int) -> String {
    var (rest, letters) = (column, "")
    while rest > 0 {
      letters = String(Character(Unicode.Scalar(UInt8(0x41 + (rest - 1) % 26)))) + letters
      rest = (rest - 1) / 26
    }
    return letters
  }

  /// The numbers of the shared strings of cells.
  private static func strings(
    of cells: Set<String>, _ sheet: String, _ package: OfficePackage
  ) throws(DocumentError) -> Set<Int> {
    let xml = try XMLElements(package.content(sheet), item: sheet, .openXML)
    var strings: Set<Int> = []
    for (index, piece) in xml.pieces.enumerated() {
      guard case .start("c", false) = piece.kind else { continue }
      let cell = xml.tag(index)
      guard cell.value(of: "t") == "s", let name = cell.value(of: "r"), cells.contains(name) else { continue }
      if let number = Int(xml.characters(index..<xml.end(of: index))) { strings.insert(number) }
    }
    return strings
  }
}
