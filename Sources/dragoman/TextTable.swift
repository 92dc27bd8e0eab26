/// Text in columns.
enum TextTable {
  /// Lines of cells, each column as wide as its widest cell.
  static func columns(_ rows: [[String]]) -> String {
    var widths: [Int: Int] = [:]
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column] ?? 0, cell.count) }
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1 ? cell : cell + String(repeating: " ", count: (widths[column] ?? 0) - cell.count)
      }
      return cells.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
