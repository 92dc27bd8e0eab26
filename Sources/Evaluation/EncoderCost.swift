import Foundation

/// An encoder's sizes, from which the arithmetic of a pass over a batch and its chain of dependent products follow.
package enum EncoderShape: Sendable, Equatable {
  /// One recurrent layer that reads in one direction. A plain RNN has 1 gate, a GRU 3, an LSTM 4.
  case recurrent(inputs: Int, hidden: Int, gates: Int)
  case transformer(dimension: Int, layers: Int, heads: Int, feedForward: Int)

  /// The number of multiplications and additions in the matrix products of one pass. All other arithmetic is a few per
  /// cent of that.
  ///
  /// - Parameters:
  ///   - batch: the number of sentences.
  ///   - length: the number of tokens in each sentence.
  package func operations(batch: Int, length: Int) -> Double {
    let tokens = Double(batch * length)
    switch self {
    case .recurrent(let inputs, let hidden, let gates):
      return 2 * tokens * Double(gates * hidden) * Double(inputs + hidden)
    case .transformer(let dimension, let layers, _, let feedForward):
      // Queries, keys, values and the heads' outputs: 4 D²; the feed-forward: 2 D F; scores and their sums: 2 T D.
      let products = 4 * dimension * dimension + 2 * dimension * feedForward + 2 * length * dimension
      return 2 * tokens * Double(layers * products)
    }
  }

  /// The number of matrix products that must wait for one another.
  ///
  /// A recurrence needs one product for all its inputs, then one per position. A Transformer's layer needs six whatever
  /// the length: queries with keys and values, scores, weighted sums, the heads' output, and two of the feed-forward
  /// part.
  package func sequentialProducts(length: Int) -> Int {
    switch self {
    case .recurrent: 1 + length
    case .transformer(_, let layers, _, _): 6 * layers
    }
  }
}

/// A law of growth, y = a · xᵇ, fitted by least squares of the logarithms.
package struct PowerLaw: Sendable, Equatable {
  package let factor: Double  // a
  package let exponent: Double  // b

  /// Fits the law; nil for fewer than two different x, or if a number is not above zero.
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

  /// The growth factor between two points per doubling of x: 2 is linear, 4 is quadratic.
  package static func timesByDoubling(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) -> Double {
    pow(b.y / a.y, log(2) / log(b.x / a.x))
  }
}
