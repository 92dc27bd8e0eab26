import Foundation

/// A plot of lines over two axes.
package struct Plot: Sendable {
  package struct Series: Sendable {
    package var name: String
    package var points: [(x: Double, y: Double)]
    /// Whether the line is dashed, for figures from elsewhere.
    package var isDashed: Bool

    package init(name: String, points: [(x: Double, y: Double)], isDashed: Bool = false) {
      self.name = name
      self.points = points
      self.isDashed = isDashed
    }
  }

  package var title: String
  package var x: Axis
  package var y: Axis
  package var series: [Series]

  package init(title: String, x: Axis, y: Axis, series: [Series]) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }

  /// The series without the points that an axis cannot show, such as zero on a logarithmic scale.
  var placeable: [Series] {
    series.map { series in
      var kept = series
      kept.points.removeAll { !x.scale.holds($0.x) || !y.scale.holds($0.y) }
      return kept
    }
  }
}

/// An axis of a plot.
package struct Axis: Sendable {
  package enum Scale: Sendable {
    case linear
    case logarithmic
    /// Named values at 0, 1, 2, …
    case named([String])

    func holds(_ value: Double) -> Bool {
      if case .logarithmic = self { return value.isFinite && value > 0 }
      return value.isFinite
    }
  }

  package var label: String
  package var scale: Scale
  /// The ticks of a logarithmic axis; they are at round numbers if this is empty.
  package var ticks: [Double]

  package init(_ label: String, _ scale: Scale, ticks: [Double] = []) {
    self.label = label
    self.scale = scale
    self.ticks = ticks
  }

  /// The axis over all values to be shown.
  func spanning(_ values: [Double]) -> AxisSpan {
    let least = values.min() ?? 1
    let most = values.max() ?? 1
    switch scale {
    case .named(let names):
      let places = names.indices.map { AxisSpan.Tick(value: Double($0), label: names[$0]) }
      return AxisSpan(lower: -0.3, upper: max(Double(names.count), 1) - 0.7, isLogarithmic: false, ticks: places)
    case .linear:
      return AxisSpan(RoundTicks.linear(from: min(least, 0), to: most), isLogarithmic: false)
    case .logarithmic where !ticks.isEmpty:
      let ends = [least, most] + ticks
      return AxisSpan(ticks, from: ends.min() ?? least, to: ends.max() ?? most, isLogarithmic: true)
    case .logarithmic:
      return AxisSpan(RoundTicks.logarithmic(from: least, to: most), isLogarithmic: true)
    }
  }
}

/// The range of an axis and the labels beside it.
struct AxisSpan {
  struct Tick {
    let value: Double
    let label: String
  }

  let lower: Double
  let upper: Double
  let isLogarithmic: Bool
  let ticks: [Tick]

  init(lower: Double, upper: Double, isLogarithmic: Bool, ticks: [Tick]) {
    self.lower = lower
    self.upper = upper
    self.isLogarithmic = isLogarithmic
    self.ticks = ticks
  }

  /// - Parameter ticks: ascending values; the first and the last are the axis's ends if none are given.
  init(_ ticks: [Double], from lower: Double? = nil, to upper: Double? = nil, isLogarithmic: Bool) {
    let inPowers = isLogarithmic && ticks.contains { $0 >= 1e6 || $0 < 1e-3 }
    self.init(
      lower: lower ?? ticks.first ?? 0, upper: upper ?? ticks.last ?? 1, isLogarithmic: isLogarithmic,
      ticks: ticks.map { Tick(value: $0, label: inPowers ? TickLabel.power($0) : TickLabel.plain($0)) })
  }

  /// The position of a value on the axis: 0 at its first value, 1 at its last.
  func fraction(_ value: Double) -> Double {
    isLogarithmic ? log(value / lower) / log(upper / lower) : (value - lower) / (upper - lower)
  }
}

/// Round numbers that enclose a range, few enough to be written beside an axis.
enum RoundTicks {
  private static let most = 9

  /// Ticks in steps of 1, 2 or 5 times a power of ten.
  static func linear(from least: Double, to greatest: Double) -> [Double] {
    let span = greatest > least ? greatest - least : 1
    let power = pow(10, floor(log10(span)) - 1)
    let step = power * ([1, 2, 5, 10, 20].first { span / (power * $0) <= Double(most - 2) } ?? 20)
    let first = floor(least / step)
    let last = ceil((least + span) / step)
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// Ticks at powers of ten, thinned out for a long range; a short range has 2 and 5 times the powers too.
  static func logarithmic(from least: Double, to greatest: Double) -> [Double] {
    let first = Int(floor(log10(least) + 1e-9))
    let last = max(Int(ceil(log10(greatest) - 1e-9)), first + 1)
    if last - first <= 2 { return between(least, greatest, first, last) }
    let step = [1, 2, 5, 10, 20, 50].first { (last - first) / $0 < most - 1 } ?? 100
    let lower = Int((Double(first) / Double(step)).rounded(.down)) * step
    return stride(from: lower, to: last + step, by: step).map { pow(10, Double($0)) }
  }

  private static func between(_ least: Double, _ greatest: Double, _ first: Int, _ last: Int) -> [Double] {
    let all = (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
    let lower = all.last { $0 <= least * (1 + 1e-9) } ?? all[0]
    let upper = all.first { $0 >= greatest * (1 - 1e-9) && $0 > lower } ?? all[all.count - 1]
    return all.filter { $0 >= lower && $0 <= upper }
  }
}

/// The text beside a tick.
enum TickLabel {
  private static let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

  /// The value as a power of ten, with a digit before it if the value is a multiple of the power.
  static func power(_ value: Double) -> String {
    let power = Int(floor(log10(value) + 1e-9))
    let digits = String(abs(power)).compactMap(\.wholeNumberValue).map { raised[$0] }
    let factor = (value / pow(10, Double(power))).rounded()
    return (factor == 1 ? "" : "\(Int(factor))·") + "10" + (power < 0 ? "⁻" : "") + String(digits)
  }

  static func plain(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    guard rounded == rounded.rounded() else { return "\(rounded)" }
    let digits = Array(String(Int(abs(rounded))))
    let grouped = digits.indices.map { index in
      (index > 0 && (digits.count - index) % 3 == 0 ? "," : "") + String(digits[index])
    }
    return (rounded < 0 ? "−" : "") + grouped.joined()
  }
}
