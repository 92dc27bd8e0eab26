import Foundation
import Plot
import Testing

struct SVGPictureTests {
  private func picture(
    _ series: [Plot.Series], _ x: Axis.Scale = .logarithmic, _ y: Axis.Scale = .logarithmic
  ) -> String {
    SVGPicture(Plot(title: "a < b & c", x: Axis("length", x), y: Axis("ms", y), series: series)).text
  }

  /// The matches of a pattern's first group, in order.
  private func found(_ pattern: String, in text: String) throws -> [String] {
    let expression = try NSRegularExpression(pattern: pattern)
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap {
      Range($0.range(at: 1), in: text).map { String(text[$0]) }
    }
  }

  private func places(of line: String) -> [(Double, Double)] {
    line.split(separator: "L").map { point in
      let parts = point.split(separator: " ").compactMap { Double($0) }
      return parts.count == 2 ? (parts[0], parts[1]) : (.nan, .nan)
    }
  }

  @Test func pictureIsWellFormed() throws {
    let text = picture([Plot.Series(name: "<LSTM> & co", points: [(10, 1), (1000, 100)], isDashed: true)])
    #expect(markupProblem(in: text) == nil)
    #expect(text.contains("&lt;LSTM&gt; &amp; co") && text.contains("a &lt; b &amp; c"))
    #expect(text.contains("class=\"line s0 dashed\""))
  }

  /// On logarithmic axes equal factors are equal ways.
  @Test func powersAreAStraightLineOnLogarithmicAxes() throws {
    let text = picture([Plot.Series(name: "square", points: [(10, 1), (100, 100), (1000, 10_000)])])
    let line = try #require(try found("class=\"line s0\" d=\"M([^\"]*)\"", in: text).first)
    let points = places(of: line)
    #expect(points.count == 3)
    #expect(abs(points[1].0 * 2 - points[0].0 - points[2].0) < 0.3)
    #expect(abs(points[1].1 * 2 - points[0].1 - points[2].1) < 0.3)
    #expect(points[0].0 < points[2].0 && points[0].1 > points[2].1)  // upwards is a smaller y in SVG
  }

  @Test func pointsOutsideTheScaleAreLeftOut() throws {
    let text = picture([Plot.Series(name: "a", points: [(10, 0), (20, 3), (40, .infinity), (80, 5), (160, .nan)])])
    let line = try #require(try found("class=\"line s0\" d=\"M([^\"]*)\"", in: text).first)
    #expect(places(of: line).count == 2)
    #expect(!text.contains("nan") && !text.contains("inf"))
  }

  @Test func emptySeriesGiveAPicture() {
    let text = picture([Plot.Series(name: "none", points: [])])
    #expect(markupProblem(in: text) == nil)
    #expect(!text.contains("nan") && !text.contains("inf"))
  }

  @Test(arguments: [(1e-60, 1.0), (0.3, 0.9), (2.0, 180.0), (5.0, 5.0), (1e-3, 1e9)])
  func ticksEncloseThePoints(_ least: Double, _ most: Double) throws {
    let text = picture([Plot.Series(name: "a", points: [(1, least), (2, most)])])
    let line = try #require(try found("class=\"line s0\" d=\"M([^\"]*)\"", in: text).first)
    #expect(places(of: line).allSatisfy { (47.9...400.1).contains($0.1) })
    let labels = try found("text-anchor=\"end\">([^<]*)<", in: text)
    #expect((2...13).contains(labels.count) && Set(labels).count == labels.count, "\(labels)")
  }

  @Test func axisEndsAtItsFirstAndLastGivenTick() throws {
    let axis = Axis("batch", .logarithmic, ticks: [1, 8, 32, 128])
    let series = Plot.Series(name: "a", points: [(1, 1), (128, 2)])
    let text = SVGPicture(Plot(title: "", x: axis, y: Axis("", .linear), series: [series])).text
    let line = try #require(try found("class=\"line s0\" d=\"M([^\"]*)\"", in: text).first)
    let grid = try found("class=\"grid\" d=\"M([0-9.]+) 48.0V", in: text).compactMap(Double.init)
    #expect(grid.count == 4 && grid.first == places(of: line).first?.0 && grid.last == places(of: line).last?.0)
  }

  @Test func linearAxesStartAtZeroAndNamesKeepTheirOrder() throws {
    let text = picture(
      [Plot.Series(name: "a", points: [(0, 43.3), (1, 21.6)])], .named(["1–8", "9–12"]), .linear)
    #expect(try found("text-anchor=\"end\">([^<]*)<", in: text).first == "0")
    let first = try #require(text.range(of: "1–8")).lowerBound
    let second = try #require(text.range(of: "9–12")).lowerBound
    #expect(first < second)
  }

  @Test func labelsAreShort() throws {
    let text = picture([Plot.Series(name: "a", points: [(1, 1e-40), (1e5, 1)])])
    #expect(text.contains(">10⁻⁴⁰<") && text.contains(">10⁰<") && text.contains(">1,000<"))
  }

  /// 3 : 1, as WCAG 2.2 asks of what is not text, 4.5 : 1 of text.
  @Test func coloursHaveEnoughContrast() throws {
    let text = picture([])
    let themes = text.components(separatedBy: "@media")
    #expect(themes.count == 2)
    for theme in themes {
      let ground = try #require(try found("ground \\{ fill: #([0-9a-f]{6})", in: theme).first)
      let lines = try found("\\.s[0-9] \\{ stroke: #([0-9a-f]{6})", in: theme)
      #expect(lines.count == 8 && Set(lines).count == 8)
      for colour in lines { #expect(contrast(colour, ground) >= 3, "\(colour) on \(ground)") }
      for colour in try found("\\.(?:ink|faint) \\{ fill: #([0-9a-f]{6})", in: theme) {
        #expect(contrast(colour, ground) >= 4.5, "\(colour) on \(ground)")
      }
    }
  }

  private func contrast(_ a: String, _ b: String) -> Double {
    let lights = [a, b].map(luminance).sorted()
    return (lights[1] + 0.05) / (lights[0] + 0.05)
  }

  private func luminance(_ colour: String) -> Double {
    let number = Int(colour, radix: 16) ?? 0
    let parts = [number >> 16, number >> 8 & 255, number & 255].map { part -> Double in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}
