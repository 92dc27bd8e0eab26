import Foundation
import JSON
import Plot

/// One question, its answer in figures, and a picture of it.
struct ReportSection {
  /// As in "speed-by-length": of the picture's file and of its place in a page.
  let name: String
  let title: String
  /// How it was measured.
  let note: String
  /// By their names in JSON.
  let tables: [(name: String, table: ReportTable)]
  let plots: [(name: String, plot: Plot)]

  /// As in "speedByLength": its name in JSON.
  var key: String {
    let words = name.split(separator: "-")
    return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
  }

  var text: String {
    ([title, note] + tables.map(\.table.text)).joined(separator: "\n\n")
  }

  /// - Parameter pictures: the folder of the pictures, as seen from the page; nil leaves them out.
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
