/// The influence of an encoder's first input on its outputs: how far information travels.
package enum Influence {
  /// The Frobenius norm ‖∂y / ∂x‖ of the output y at every position with respect to the input x at the first.
  ///
  /// The norm is the square root of Σ ‖J e‖² over an orthonormal basis. With random directions v, whose components are
  /// ±1, it is estimated: ‖J v‖² has that sum as its mean (Hutchinson 1990).
  ///
  /// - Parameters:
  ///   - inputs: the vectors that the encoder reads, (T, D).
  ///   - directions: the random directions, (R, D); nil uses the whole basis.
  /// - Returns: a norm per position, (T).
  package static func norms(
    of encoder: some DifferentiableEncoder, inputs: [[Double]], directions: [[Double]]? = nil
  ) -> [Double] {  // (T)
    let along = directions ?? basis(encoder.inputWidth)
    let outputs = encoder.encode(Dual(inputs: inputs, directions: along))
    let share = directions == nil ? 1 : 1 / Double(along.count)
    return (0..<outputs.rows).map { row in
      let squares = (1...along.count).map { plane in
        outputs.vector(plane: plane, row: row).reduce(0) { $0 + $1 * $1 }
      }
      return (squares.reduce(0, +) * share).squareRoot()
    }
  }

  private static func basis(_ width: Int) -> [[Double]] {
    (0..<width).map { unit in (0..<width).map { $0 == unit ? 1 : 0 } }
  }
}

/// An encoder in double precision with the derivatives of its outputs.
package protocol DifferentiableEncoder: Sendable {
  var inputWidth: Int { get }
  func encode(_ x: Dual) -> Dual
}

/// A source of parameters: the values, row-major, for a name and a shape.
package typealias ParameterSource = (_ name: String, _ shape: [Int]) throws -> [Double]

/// The parameters of an untrained encoder, as PyTorch initialises them.
package enum InitialParameters {
  /// A source of that many pseudo-random numbers between -1 and 1.
  package typealias Numbers = (Int) -> [Double]

  /// Parameters of `nn.RNN`, `nn.GRU` and `nn.LSTM`: all numbers are between ±1/√H.
  package static func recurrent(hidden: Int, _ numbers: @escaping Numbers) -> ParameterSource {
    { _, shape in scaled(numbers, shape, 1 / Double(hidden).squareRoot()) }
  }

  /// Parameters of `nn.TransformerEncoderLayer`, under the names of `MarianEncoderLayer`.
  ///
  /// PyTorch keeps queries, keys and values in one tensor, whose bound is Glorot's for D inputs and 3 D outputs. Their
  /// biases and the bias of the heads' output are 0; every other linear parameter lies between ±1/√inputs.
  package static func transformer(dimension: Int, feedForward: Int, _ numbers: @escaping Numbers) -> ParameterSource {
    { name, shape in
      let part = name.split(separator: ".").dropLast().last ?? ""
      switch (part, name.hasSuffix("weight")) {
      case (let norm, let isScale) where norm.hasSuffix("layer_norm"):
        return [Double](repeating: isScale ? 1 : 0, count: shape.reduce(1, *))
      case ("q_proj", true), ("k_proj", true), ("v_proj", true):
        return scaled(numbers, shape, (6 / Double(4 * dimension)).squareRoot())
      case ("q_proj", false), ("k_proj", false), ("v_proj", false), ("out_proj", false):
        return [Double](repeating: 0, count: shape.reduce(1, *))
      default:
        let inputs = part == "fc2" ? feedForward : dimension
        return scaled(numbers, shape, 1 / Double(inputs).squareRoot())
      }
    }
  }

  /// Parameters of `nn.Linear` and `nn.Conv1d`, under the names of a `dragoman-convolutional` checkpoint: all numbers
  /// are between ±1/√n, with n inputs per output.
  package static func convolutional(
    inputs: Int, channels: Int, kernel: Int, _ numbers: @escaping Numbers
  ) -> ParameterSource {
    { name, shape in
      let count = name.hasPrefix("project_in") ? inputs : name.hasPrefix("project_out") ? channels : channels * kernel
      return scaled(numbers, shape, 1 / Double(count).squareRoot())
    }
  }

  private static func scaled(_ numbers: Numbers, _ shape: [Int], _ bound: Double) -> [Double] {
    numbers(shape.reduce(1, *)).map { $0 * bound }
  }
}
