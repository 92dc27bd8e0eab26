import Foundation

/// A Transformer's encoder with its derivatives (Vaswani et al. 2017): multi-head self-attention and a feed-forward
/// part of rectified units, each followed by a norm.
package struct TransformerDual: DifferentiableEncoder {
  private struct Layer: Sendable {
    let query: AffineMap
    let key: AffineMap
    let value: AffineMap
    let output: AffineMap
    let attentionNorm: NormDual
    let inner: AffineMap  // D → F
    let outer: AffineMap  // F → D
    let finalNorm: NormDual
  }

  package let inputWidth: Int  // D
  private let heads: Int
  private let layers: [Layer]

  /// - Parameter parameter: gives parameters by the names of transformers' `MarianEncoderLayer`, such as
  ///   `layers.0.self_attn.q_proj.weight`.
  package init(
    dimension: Int, layers: Int, heads: Int, feedForward: Int, parameter: ParameterSource
  ) throws {
    inputWidth = dimension
    self.heads = heads
    func map(_ name: String, _ inputs: Int, _ outputs: Int) throws -> AffineMap {
      AffineMap(
        weight: try parameter("\(name).weight", [outputs, inputs]), bias: try parameter("\(name).bias", [outputs]),
        inputs: inputs)
    }
    func norm(_ name: String) throws -> NormDual {
      NormDual(
        scale: try parameter("\(name).weight", [dimension]), shift: try parameter("\(name).bias", [dimension]))
    }
    self.layers = try (0..<layers).map { index in
      let (layer, attention) = ("layers.\(index)", "layers.\(index).self_attn")
      return Layer(
        query: try map("\(attention).q_proj", dimension, dimension),
        key: try map("\(attention).k_proj", dimension, dimension),
        value: try map("\(attention).v_proj", dimension, dimension),
        output: try map("\(attention).out_proj", dimension, dimension),
        attentionNorm: try norm("\(layer).self_attn_layer_norm"),
        inner: try map("\(layer).fc1", dimension, feedForward),
        outer: try map("\(layer).fc2", feedForward, dimension),
        finalNorm: try norm("\(layer).final_layer_norm"))
    }
  }

  package func encode(_ x: Dual) -> Dual {
    layers.reduce(x) { x, layer in
      let attended = layer.attentionNorm.apply(x + layer.output.apply(attend(layer, x)))
      return layer.finalNorm.apply(attended + layer.outer.apply(layer.inner.apply(attended).rectified))
    }
  }

  private func attend(_ layer: Layer, _ x: Dual) -> Dual {
    let (query, key, value) = (layer.query.apply(x), layer.key.apply(x), layer.value.apply(x))
    var context = Dual(rows: x.rows, directions: x.directions, width: inputWidth)
    let width = inputWidth / heads
    for head in 0..<heads {
      let columns = head * width..<(head + 1) * width
      let attention = HeadDual(query: query, key: key, columns: columns)
      for plane in 0...x.directions {
        context.setColumns(from: columns.lowerBound, plane: plane, attention.context(value, columns, plane: plane))
      }
    }
    return context
  }
}

/// Layer normalisation with its derivatives.
struct NormDual: Sendable {
  let scale: [Double]
  let shift: [Double]
  /// The default of PyTorch.
  private static let epsilon = 1e-5

  func apply(_ x: Dual) -> Dual {
    var y = x
    let width = Double(x.width)
    for row in 0..<x.rows {
      let vector = x.vector(plane: 0, row: row)
      let mean = vector.reduce(0, +) / width
      let deviation = (vector.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / width + Self.epsilon).squareRoot()
      let normal = vector.map { ($0 - mean) / deviation }
      for column in 0..<x.width { y.values[x.start(0, row) + column] = normal[column] * scale[column] + shift[column] }
      for plane in 1..<(1 + x.directions) {
        let change = x.vector(plane: plane, row: row)
        let common = change.reduce(0, +) / width
        let along = zip(change, normal).reduce(0) { $0 + $1.0 * $1.1 } / width
        let start = x.start(plane, row)
        for column in 0..<x.width {
          y.values[start + column] =
            scale[column] / deviation * (x.values[start + column] - common - normal[column] * along)
        }
      }
    }
    return y
  }
}

/// The weights of one attention head, with their derivatives.
struct HeadDual {
  private let rows: Int  // T
  private let planes: [[Double]]  // 1 + R of (T, T)

  /// Computes softmax(Q Kᵀ / √d) over the columns of a head.
  init(query: Dual, key: Dual, columns: Range<Int>) {
    let rows = query.rows
    let scale = 1 / Double(columns.count).squareRoot()
    let queries = query.columns(columns, plane: 0)
    let keys = key.turnedColumns(columns, plane: 0, times: scale)
    func product(_ a: [Double], _ b: [Double], addedTo scores: inout [Double]) {
      MatrixProduct.add(a, b, to: &scores, m: rows, k: columns.count, n: rows)
    }
    var weights = [Double](repeating: 0, count: rows * rows)
    product(queries, keys, addedTo: &weights)
    Self.normalise(&weights, rows)
    self.rows = rows
    planes =
      [weights]
      + (0..<query.directions).map { direction in
        var change = [Double](repeating: 0, count: rows * rows)
        product(query.columns(columns, plane: direction + 1), keys, addedTo: &change)
        product(queries, key.turnedColumns(columns, plane: direction + 1, times: scale), addedTo: &change)
        Self.normalise(&change, along: weights, rows)
        return change
      }
  }

  /// One plane of weights · V. // (T, columns)
  func context(_ value: Dual, _ columns: Range<Int>, plane: Int) -> [Double] {
    var result = [Double](repeating: 0, count: rows * columns.count)
    func add(_ weights: [Double], _ values: [Double]) {
      MatrixProduct.add(weights, values, to: &result, m: rows, k: rows, n: columns.count)
    }
    add(planes[plane], value.columns(columns, plane: 0))
    if plane > 0 { add(planes[0], value.columns(columns, plane: plane)) }
    return result
  }

  /// Replaces each row by its softmax.
  private static func normalise(_ scores: inout [Double], _ count: Int) {
    for start in stride(from: 0, to: scores.count, by: count) {
      let row = start..<start + count
      let most = scores[row].max() ?? 0
      for index in row { scores[index] = exp(scores[index] - most) }
      let sum = scores[row].reduce(0, +)
      for index in row { scores[index] /= sum }
    }
  }

  /// Replaces each row, a change of scores, by the change of their softmax.
  private static func normalise(_ change: inout [Double], along weights: [Double], _ count: Int) {
    for start in stride(from: 0, to: change.count, by: count) {
      let mean = (start..<start + count).reduce(0) { $0 + weights[$1] * change[$1] }
      for index in start..<start + count { change[index] = weights[index] * (change[index] - mean) }
    }
  }
}
