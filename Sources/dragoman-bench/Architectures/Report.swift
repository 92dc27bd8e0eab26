import Foundation
import JSON
import Plot
import Terminal

/// A section of the report: one question, its answer in figures, and a picture of it.
struct ReportSection {
  /// The name of the picture's file and of the section's place in a page, such as "speed-by-length".
  let name: String
  let title: String
  /// The text that says how the figures were measured.
  let note: String
  /// Tables by their names in JSON.
  let tables: [(name: String, table: ReportTable)]
  let plots: [(name: String, plot: Plot)]

  /// The section's name in JSON, such as "speedByLength".
  var key: String {
    let words = name.split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
  }

  var text: String {
    ([title, note] + tables.map(\.table.text)).joined(separator: "\n\n")
  }

  /// - Parameter pictures: the folder of the pictures as seen from the page; nil leaves them out.
  func markdown(pictures: String?) -> String {
    let images = pictures.map { folder in
      plots.map { "![\($0.plot.title)](\(folder)/\($0.name).svg)" }
    }
    return ([note] + tables.map(\.table.markdown) + (images ?? [])).joined(separator: "\n\n")
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.name("note")
      writer.string(note)
      for (name, table) in tables {
        writer.name(name)
        table.write(to: &writer)
      }
      writer.name("plots")
      writer.object { writer in
        for (name, plot) in plots {
          writer.name(name)
          writer.array(of: plot.series, Self.write)
        }
      }
    }
  }

  private static func write(to writer: inout JSONWriter, _ series: Plot.Series) {
    writer.object { writer in
      writer.name("name")
      writer.string(series.name)
      writer.name("points")
      writer.array(of: series.points) { writer, point in
        writer.array { writer in
          writer.real(point.x)
          writer.real(point.y)
        }
      }
    }
  }
}

/// Figures in rows, for output as text, Markdown and JSON.
package struct ReportTable {
  package enum Cell {
    case text(String)
    case integer(Int)
    case number(Double, digits: Int)
    /// A number with three digits and a power of ten.
    case magnitude(Double)
    /// A figure that does not exist.
    case none
  }

  package struct Column {
    /// The column's name in JSON.
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

  /// Writes an array with an object per row.
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

  /// The number with commas between thousands.
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
