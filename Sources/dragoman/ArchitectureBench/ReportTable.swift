import Foundation
import JSON

/// Figures in rows, to be written as text, as Markdown and as JSON.
package struct ReportTable {
  package enum Cell {
    case text(String)
    case integer(Int)
    case number(Double, digits: Int)
    /// Three digits and a power of ten.
    case magnitude(Double)
    /// There is no such figure.
    case none
  }

  package struct Column {
    /// In JSON.
    let key: String
    let head: String

    package init(key: String, head: String) {
      self.key = key
      self.head = head
    }
  }

  let columns: [Column]
  let rows: [[Cell]]

  package init(columns: [Column], rows: [[Cell]]) {
    self.columns = columns
    self.rows = rows
  }

  package var text: String { TextTable.columns([columns.map(\.head)] + rows.map { $0.map(\.text) }) }

  package var markdown: String {
    let lines = [columns.map(\.head), columns.map { _ in "---" }] + rows.map { $0.map(\.text) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  /// An array of an object a row.
  package func write(to writer: inout JSONWriter) {
    writer.array(of: rows) { writer, row in
      writer.object { writer in
        for (column, cell) in zip(columns, row) {
          writer.name(column.key)
          cell.write(to: &writer)
        }
      }
    }
  }
}

extension ReportTable.Cell {
  var text: String {
    switch self {
    case .text(let text): text
    case .integer(let value): Self.grouped("\(value)")
    case .number(let value, let digits): Self.grouped(String(format: "%.\(digits)f", value))
    case .magnitude(0): "0"
    case .magnitude(let value): String(format: "%.2e", value)
    case .none: ""
    }
  }

  /// Thousands set apart.
  private static func grouped(_ number: String) -> String {
    let whole = number.prefix { $0 != "." }
    let digits = Array(whole.drop { $0 == "-" })
    let groups = digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }
    return whole.prefix { $0 == "-" } + groups.joined() + number.dropFirst(whole.count)
  }

  fileprivate func write(to writer: inout JSONWriter) {
    switch self {
    case .text(let text): writer.string(text)
    case .integer(let value): writer.integer(value)
    case .number(let value, _), .magnitude(let value): writer.real(value)
    case .none: writer.null()
    }
  }
}
