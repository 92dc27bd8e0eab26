import Foundation

/// How something grows: y = a · xᵇ, by least squares between the logarithms.
package struct PowerLaw: Sendable, Equatable {
  package let factor: Double  // a
  package let exponent: Double  // b

  /// Nil for fewer than two different x, or where a number is not above zero.
  package init?(_ points: [(x: Double, y: Double)]) {
    guard points.allSatisfy({ $0.x > 0 && $0.y > 0 && $0.x.isFinite && $0.y.isFinite }) else { return nil }
    let logarithms = points.map { (x: log($0.x), y: log($0.y)) }
    let count = Double(points.count)
    let mean = (
      x: logarithms.reduce(0) { $0 + $1.x } / count, y: logarithms.reduce(0) { $0 + $1.y } / count
    )
    let spread = logarithms.reduce(0) { $0 + ($1.x - mean.x) * ($1.x - mean.x) }
    guard spread > 0 else { return nil }
    exponent = logarithms.reduce(0) { $0 + ($1.x - mean.x) * ($1.y - mean.y) } / spread
    factor = exp(mean.y - exponent * mean.x)
  }

  /// How many times more between two points whenever x doubles: 2 is linear, 4 is quadratic.
  package static func timesByDoubling(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) -> Double {
    pow(b.y / a.y, log(2) / log(b.x / a.x))
  }
}
