import Foundation

/// A plot as an SVG file without references to other files.
///
/// Its colours follow the reader's light or dark setting, and series differ by marks as well as by colour.
package struct SVGPicture {
  private let plot: Plot
  private let x: AxisSpan
  private let y: AxisSpan

  private static let size = (width: 800.0, height: 460.0)
  /// The area of the lines, in the picture's units.
  private static let area = (left: 76.0, right: 590.0, top: 48.0, bottom: 400.0)

  package init(_ plot: Plot) {
    var kept = plot
    kept.series = plot.placeable
    self.plot = kept
    let points = kept.series.flatMap(\.points)
    x = plot.x.spanning(points.map(\.x))
    y = plot.y.spanning(points.map(\.y))
  }

  package var text: String {
    let parts =
      [heading] + y.ticks.map(horizontal) + x.ticks.map(vertical) + axisLabels
      + plot.series.indices.map(line) + plot.series.indices.map(legend)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.size.width)) \(Int(Self.size.height))" \
      font-family="system-ui, sans-serif" font-size="13" role="img">
      <title>\(Self.escaped(plot.title))</title>
      \(SVGStyle.text)
      <rect class="ground" width="100%" height="100%"/>
      \(parts.joined(separator: "\n"))
      </svg>

      """
  }

  private var heading: String {
    "<text class=\"ink\" x=\"\(Self.area.left)\" y=\"26\" font-size=\"15\" font-weight=\"600\">"
      + "\(Self.escaped(plot.title))</text>"
  }

  // MARK: Axes

  private func horizontal(_ tick: AxisSpan.Tick) -> String {
    let (left, right, at) = (Self.number(Self.area.left), Self.number(Self.area.right), Self.number(top(tick.value)))
    return "<path class=\"grid\" d=\"M\(left) \(at)H\(right)\"/>"
      + "<text class=\"faint\" x=\"\(Self.number(Self.area.left - 8))\" y=\"\(at)\" dy=\"0.35em\" "
      + "text-anchor=\"end\">\(Self.escaped(tick.label))</text>"
  }

  private func vertical(_ tick: AxisSpan.Tick) -> String {
    let (top, bottom, at) = (Self.number(Self.area.top), Self.number(Self.area.bottom), Self.number(left(tick.value)))
    return "<path class=\"grid\" d=\"M\(at) \(top)V\(bottom)\"/>"
      + "<text class=\"faint\" x=\"\(at)\" y=\"\(Self.number(Self.area.bottom + 20))\" "
      + "text-anchor=\"middle\">\(Self.escaped(tick.label))</text>"
  }

  private var axisLabels: [String] {
    let middle = (x: (Self.area.left + Self.area.right) / 2, y: (Self.area.top + Self.area.bottom) / 2)
    return [
      "<text class=\"ink\" x=\"\(Self.number(middle.x))\" y=\"\(Self.number(Self.area.bottom + 44))\" "
        + "text-anchor=\"middle\">\(Self.escaped(plot.x.label))</text>",
      "<text class=\"ink\" transform=\"translate(18 \(Self.number(middle.y))) rotate(-90)\" "
        + "text-anchor=\"middle\">\(Self.escaped(plot.y.label))</text>",
    ]
  }

  // MARK: Series

  private func line(_ index: Int) -> String {
    let places = plot.series[index].points.map { (left($0.x), top($0.y)) }
    guard !places.isEmpty else { return "" }
    let path = places.map { "\(Self.number($0.0)) \(Self.number($0.1))" }.joined(separator: "L")
    // Marks at every point would hide the line.
    let every = max(1, places.count / 12)
    let marks = places.enumerated().filter { $0.offset % every == 0 }.map { mark(index, $0.element) }
    return "<path class=\"line\(style(index))\" d=\"M\(path)\"/>" + marks.joined()
  }

  private func legend(_ index: Int) -> String {
    let at = Self.area.top + 10 + Double(index) * 24
    let from = Self.area.right + 18
    return "<path class=\"line\(style(index))\" d=\"M\(Self.number(from)) \(Self.number(at))h26\"/>"
      + mark(index, (from + 13, at))
      + "<text class=\"ink\" x=\"\(Self.number(from + 34))\" y=\"\(Self.number(at))\" dy=\"0.35em\">"
      + "\(Self.escaped(plot.series[index].name))</text>"
  }

  private func style(_ index: Int) -> String {
    " \(SVGStyle.name(index))" + (plot.series[index].isDashed ? " dashed" : "")
  }

  private func mark(_ index: Int, _ at: (Double, Double)) -> String {
    "<path class=\"\(SVGStyle.markClass(index)) \(SVGStyle.name(index))\" d=\"M\(Self.number(at.0)) \(Self.number(at.1))"
      + "\(SVGStyle.mark(index))\"/>"
  }

  // MARK: Places and text

  private func left(_ value: Double) -> Double {
    Self.area.left + x.fraction(value) * (Self.area.right - Self.area.left)
  }

  private func top(_ value: Double) -> Double {
    Self.area.bottom - y.fraction(value) * (Self.area.bottom - Self.area.top)
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
  }
}

/// Colours and marks of a picture's series. In both palettes every colour has a contrast of at least 3 : 1 to its
/// ground (WCAG 2.2, non-text contrast).
enum SVGStyle {
  private static let light = ["0b62c4", "c2410c", "15803d", "a21caf", "8a6100", "0e7490", "be123c", "57534e"]
  private static let dark = ["6cb2ff", "ff9a5c", "5fd38a", "ea8bf5", "e0b53c", "4fd0e0", "ff8095", "b8b2ac"]

  /// Marks drawn from their middle: circle, square, triangle, diamond, each about 8 units wide.
  private static let marks = [
    "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.5 -3.5h7v7h-7z", "m0 -5l4.6 8h-9.2z", "m0 -5l5 5l-5 5l-5 -5z",
  ]

  static func name(_ index: Int) -> String { "s\(index % light.count)" }
  static func mark(_ index: Int) -> String { marks[index % marks.count] }
  /// The class of a mark: the second half of the series has the marks of the first half, hollow.
  static func markClass(_ index: Int) -> String { index / marks.count % 2 == 0 ? "mark" : "hollow" }

  static var text: String {
    """
    <style>
    .ground { fill: #ffffff } .ink { fill: #1f2328 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
    .hollow { fill: #ffffff; stroke-width: 2 }
    .line { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 6 4 }
    \(series(light))
    @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } .ink { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #2b3138 }
    .hollow { fill: #0d1117 }
    \(series(dark))
    }
    </style>
    """
  }

  private static func series(_ colours: [String]) -> String {
    colours.indices.map { ".\(name($0)) { stroke: #\(colours[$0]) } .mark.\(name($0)) { fill: #\(colours[$0]) }" }
      .joined(separator: "\n")
  }
}
