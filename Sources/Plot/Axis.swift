import Foundation

/// One axis of a plot.
package struct Axis: Sendable {
  package enum Scale: Sendable {
    case linear
    case logarithmic
    /// Named places at 0, 1, 2, …
    case named([String])

    func holds(_ value: Double) -> Bool {
      if case .logarithmic = self { return value.isFinite && value > 0 }
      return value.isFinite
    }
  }

  package var label: String
  package var scale: Scale
  /// Where the ticks of a logarithmic axis shall be, at different places; otherwise at round numbers.
  package var ticks: [Double]

  package init(_ label: String, _ scale: Scale, ticks: [Double] = []) {
    self.label = label
    self.scale = scale
    self.ticks = ticks
  }

  /// The axis over what is to be shown.
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

/// From an axis's first value to its last, and what is written beside it.
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

  /// - Parameter ticks: ascending; where no ends are given, the first and the last are the axis's.
  init(_ ticks: [Double], from lower: Double? = nil, to upper: Double? = nil, isLogarithmic: Bool) {
    let inPowers = isLogarithmic && ticks.contains { $0 >= 1e6 || $0 < 1e-3 }
    self.init(
      lower: lower ?? ticks.first ?? 0, upper: upper ?? ticks.last ?? 1, isLogarithmic: isLogarithmic,
      ticks: ticks.map { Tick(value: $0, label: inPowers ? TickLabel.power($0) : TickLabel.plain($0)) })
  }

  /// 0 at the axis's first value, 1 at its last.
  func fraction(_ value: Double) -> Double {
    isLogarithmic ? log(value / lower) / log(upper / lower) : (value - lower) / (upper - lower)
  }
}
