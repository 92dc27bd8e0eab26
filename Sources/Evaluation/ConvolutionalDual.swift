import Foundation

/// The encoder of convolutional sequence-to-sequence models (Gehring et al. 2017) with its derivatives.
///
/// Each layer is a gated linear unit over a few neighbours, with a residual connection round it. The outputs are the
/// keys of the decoder's attention.
package struct ConvolutionalDual: DifferentiableEncoder {
  package let inputWidth: Int  // E
  private let kernel: Int  // W, odd
  private let projectIn: AffineMap  // E → C
  private let layers: [AffineMap]  // W·C → 2C, neighbours side by side
  private let projectOut: AffineMap  // C → E

  /// - Parameter parameter: gives parameters by the names of a `dragoman-convolutional` checkpoint's encoder, such as
  ///   `convolutions.0.weight` (2C, C, W).
  package init(inputs: Int, channels: Int, layers: Int, kernel: Int, parameter: ParameterSource) throws {
    inputWidth = inputs
    self.kernel = kernel
    projectIn = AffineMap(
      weight: try parameter("project_in.weight", [channels, inputs]),
      bias: try parameter("project_in.bias", [channels]),
      inputs: inputs)
    projectOut = AffineMap(
      weight: try parameter("project_out.weight", [inputs, channels]),
      bias: try parameter("project_out.bias", [inputs]),
      inputs: channels)
    self.layers = try (0..<layers).map { layer in
      let weight = try parameter("convolutions.\(layer).weight", [2 * channels, channels, kernel])
      let byNeighbour = (0..<2 * channels).flatMap { output in
        (0..<kernel).flatMap { place in (0..<channels).map { weight[(output * channels + $0) * kernel + place] } }
      }
      return AffineMap(
        weight: byNeighbour, bias: try parameter("convolutions.\(layer).bias", [2 * channels]),
        inputs: kernel * channels)
    }
  }

  package func encode(_ x: Dual) -> Dual {
    let states = layers.reduce(projectIn.apply(x)) { x, layer in
      (layer.apply(neighbours(x)).gated + x).scaled(0.5.squareRoot())
    }
    return projectOut.apply(states)
  }

  /// The neighbours of each position, with the position in the middle and zeros beyond the ends. // (T, W·C)
  private func neighbours(_ x: Dual) -> Dual {
    var result = Dual(rows: x.rows, directions: x.directions, width: kernel * x.width)
    for plane in 0...x.directions {
      for row in 0..<x.rows {
        for place in 0..<kernel {
          let from = row + place - kernel / 2
          guard (0..<x.rows).contains(from) else { continue }
          let to = result.start(plane, row) + place * x.width
          result.values.replaceSubrange(to..<to + x.width, with: x.vector(plane: plane, row: from))
        }
      }
    }
    return result
  }
}

extension Dual {
  fileprivate func scaled(_ factor: Double) -> Dual {
    var result = self
    for index in result.values.indices { result.values[index] *= factor }
    return result
  }

  /// The gated linear unit: the first half of the columns times the sigmoid of the second half.
  fileprivate var gated: Dual {
    let half = width / 2
    var result = Dual(rows: rows, directions: directions, width: half)
    for row in 0..<rows {
      for column in 0..<half {
        let value = values[start(0, row) + column]
        let gate = 1 / (1 + exp(-values[start(0, row) + half + column]))
        result.values[result.start(0, row) + column] = value * gate
        for plane in 1..<(1 + directions) {
          let from = start(plane, row) + column
          result.values[result.start(plane, row) + column] =
            values[from] * gate + value * gate * (1 - gate) * values[from + half]
        }
      }
    }
    return result
  }
}
