import Foundation

/// A recurrent encoder: the equations of PyTorch's `nn.RNN`, `nn.GRU` and `nn.LSTM` with their derivatives.
package struct RecurrentDual: DifferentiableEncoder {
  package enum Cell: String, CaseIterable, Sendable {
    case rnn, gru, lstm

    /// Blocks of rows in a cell's matrices; in order those of PyTorch: r, z, n of a GRU and i, f, g, o of an LSTM.
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
  /// Of each layer one cell, or two: forwards, then backwards.
  private let layers: [[Weights]]

  /// - Parameter parameter: by PyTorch's names, `weight_ih_l0` and so on.
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

  /// - Parameter products: (1 + R, T, G·H), the input's.
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
