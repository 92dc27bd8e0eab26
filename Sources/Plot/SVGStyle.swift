/// Colours and marks of a picture's series. Of both palettes every colour stands out from its ground by 3 : 1 at least
/// (WCAG 2.2, non-text contrast).
enum SVGStyle {
  private static let light = ["0b62c4", "c2410c", "15803d", "a21caf", "8a6100", "0e7490", "be123c", "57534e"]
  private static let dark = ["6cb2ff", "ff9a5c", "5fd38a", "ea8bf5", "e0b53c", "4fd0e0", "ff8095", "b8b2ac"]

  /// Drawn from the middle: circle, square, triangle, diamond, each some 8 wide.
  private static let marks = [
    "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", "m-3.5 -3.5h7v7h-7z", "m0 -5l4.6 8h-9.2z", "m0 -5l5 5l-5 5l-5 -5z",
  ]

  static func name(_ index: Int) -> String { "s\(index % light.count)" }
  static func mark(_ index: Int) -> String { marks[index % marks.count] }
  /// The second half of the series have the marks of the first, empty.
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
