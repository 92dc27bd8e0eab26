import Foundation

/// A recurrent encoder with its derivatives: the equations of PyTorch's `nn.RNN`, `nn.GRU` and `nn.LSTM`.
package struct RecurrentDual: DifferentiableEncoder {
  package enum Cell: String, CaseIterable, Sendable {
    case rnn, gru, lstm

    /// The number of blocks of rows in a cell's matrices, in PyTorch's order: r, z, n of a GRU and i, f, g, o of an
    /// LSTM.
    package var gates: Int {
      switch self {
      case .rnn: 1
      case .gru: 3
      case .lstm: 4
      }
    }
  }

  private struct Weights: Sendable {
    let input: AffineMap  // X → G·H
    let hidden: AffineMap  // H → G·H
  }

  package let inputWidth: Int
  private let cell: Cell
  private let hidden: Int  // H
  /// The cells of each layer: one that reads forwards, and perhaps a second one that reads backwards.
  private let layers: [[Weights]]

  /// - Parameter parameter: gives parameters by PyTorch's names, such as `weight_ih_l0`.
  package init(
    _ cell: Cell, inputs: Int, hidden: Int, layers: Int, isBidirectional: Bool, parameter: ParameterSource
  ) throws {
    self.cell = cell
    self.hidden = hidden
    inputWidth = inputs
    let directions = isBidirectional ? ["", "_reverse"] : [""]
    let rows = cell.gates * hidden
    func map(_ kind: String, _ suffix: String, inputs: Int) throws -> AffineMap {
      AffineMap(
        weight: try parameter("weight_\(kind)_\(suffix)", [rows, inputs]),
        bias: try parameter("bias_\(kind)_\(suffix)", [rows]), inputs: inputs)
    }
    self.layers = try (0..<layers).map { layer in
      try directions.map { direction in
        Weights(
          input: try map("ih", "l\(layer)\(direction)", inputs: layer == 0 ? inputs : hidden * directions.count),
          hidden: try map("hh", "l\(layer)\(direction)", inputs: hidden))
      }
    }
  }

  package func encode(_ x: Dual) -> Dual {
    layers.reduce(x) { x, cells in
      var y = Dual(rows: x.rows, directions: x.directions, width: hidden * cells.count)
      for (direction, weights) in cells.enumerated() {
        run(weights, weights.input.apply(x), backwards: direction == 1, into: &y, from: direction * hidden)
      }
      return y
    }
  }

  /// - Parameter products: the products of the input, (1 + R, T, G·H).
  private func run(_ weights: Weights, _ products: Dual, backwards: Bool, into y: inout Dual, from column: Int) {
    let planes = 1 + products.directions
    var state = RecurrentDualState(planes: planes, size: hidden)
    var own = [Double](repeating: 0, count: planes * weights.hidden.outputs)
    for step in 0..<products.rows {
      let row = backwards ? products.rows - 1 - step : step
      weights.hidden.multiply(state.hidden, planes: planes, rows: 1, into: &own)
      let given = (0..<planes).flatMap { products.vector(plane: $0, row: row) }
      switch cell {
      case .rnn: state.stepPlain(given, own)
      case .gru: state.stepGated(given, own)
      case .lstm: state.stepLSTM(given, own)
      }
      for plane in 0..<planes {
        let to = y.start(plane, row) + column
        y.values.replaceSubrange(to..<to + hidden, with: state.hidden[plane * hidden..<(plane + 1) * hidden])
      }
    }
  }
}

/// The state of a recurrent cell with its derivatives, and the steps that change it.
struct RecurrentDualState {
  private let planes: Int  // 1 + R
  private let size: Int  // H
  private(set) var hidden: [Double]  // (1 + R, H)
  private var cell: [Double]  // (1 + R, H), of an LSTM

  init(planes: Int, size: Int) {
    self.planes = planes
    self.size = size
    hidden = [Double](repeating: 0, count: planes * size)
    cell = hidden
  }

  // In all steps, `given` is the product of the input and `own` that of the state, each with its bias. // (1 + R, G·H)

  mutating func stepPlain(_ given: [Double], _ own: [Double]) {
    for unit in 0..<size {
      let h = tanh(given[unit] + own[unit])
      hidden[unit] = h
      for at in derivatives(of: unit, in: size) { hidden[at] = (1 - h * h) * (given[at] + own[at]) }
    }
  }

  mutating func stepGated(_ given: [Double], _ own: [Double]) {
    let width = 3 * size
    for unit in 0..<size {
      let (reset, update, candidate) = (unit, unit + size, unit + 2 * size)
      let r = Self.sigmoid(given[reset] + own[reset])
      let z = Self.sigmoid(given[update] + own[update])
      let n = tanh(given[candidate] + r * own[candidate])
      let before = hidden[unit]
      hidden[unit] = (1 - z) * n + z * before
      for plane in 1..<planes {
        let at = plane * width
        let dr = r * (1 - r) * (given[at + reset] + own[at + reset])
        let dz = z * (1 - z) * (given[at + update] + own[at + update])
        let dn = (1 - n * n) * (given[at + candidate] + dr * own[candidate] + r * own[at + candidate])
        hidden[plane * size + unit] = (1 - z) * dn + dz * (before - n) + z * hidden[plane * size + unit]
      }
    }
  }

  mutating func stepLSTM(_ given: [Double], _ own: [Double]) {
    let width = 4 * size
    for unit in 0..<size {
      let places = (i: unit, f: unit + size, g: unit + 2 * size, o: unit + 3 * size)
      let i = Self.sigmoid(given[places.i] + own[places.i])
      let f = Self.sigmoid(given[places.f] + own[places.f])
      let g = tanh(given[places.g] + own[places.g])
      let o = Self.sigmoid(given[places.o] + own[places.o])
      let before = cell[unit]
      let c = f * before + i * g
      let read = tanh(c)
      cell[unit] = c
      hidden[unit] = o * read
      for plane in 1..<planes {
        let at = plane * width
        let di = i * (1 - i) * (given[at + places.i] + own[at + places.i])
        let df = f * (1 - f) * (given[at + places.f] + own[at + places.f])
        let dg = (1 - g * g) * (given[at + places.g] + own[at + places.g])
        let dO = o * (1 - o) * (given[at + places.o] + own[at + places.o])
        let dc = df * before + f * cell[plane * size + unit] + di * g + i * dg
        cell[plane * size + unit] = dc
        hidden[plane * size + unit] = dO * read + o * (1 - read * read) * dc
      }
    }
  }

  /// Indices of the derivatives of a unit. // (1 + R, width)
  private func derivatives(of unit: Int, in width: Int) -> StrideTo<Int> {
    stride(from: unit + width, to: planes * width, by: width)
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
