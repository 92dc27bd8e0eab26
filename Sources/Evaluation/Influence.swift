/// How far information travels: how much an encoder's outputs depend on its first input.
package enum Influence {
  /// ‖∂y / ∂x‖ (Frobenius) of the output y at every position with respect to the input x at the first: the square root
  /// of the sum over an orthonormal basis of ‖J e‖², or estimated from random directions of which each component is ±1,
  /// whose ‖J v‖² has that sum as its mean (Hutchinson 1990).
  /// - Parameters:
  ///   - inputs: (T, D)
  ///   - directions: nil takes the whole basis.
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

/// An encoder in double precision that also says how its outputs change with its inputs.
package protocol DifferentiableEncoder: Sendable {
  var inputWidth: Int { get }
  func encode(_ x: Dual) -> Dual
}

/// The numbers of a parameter, by its name and shape, row-major.
package typealias ParameterSource = (_ name: String, _ shape: [Int]) throws -> [Double]

/// Numbers that an encoder begins with in PyTorch, before anybody trains it.
package enum InitialParameters {
  /// That many numbers between -1 and 1, without a pattern.
  package typealias Numbers = (Int) -> [Double]

  /// `nn.RNN`, `nn.GRU`, `nn.LSTM`: everything between ±1/√H.
  package static func recurrent(hidden: Int, _ numbers: @escaping Numbers) -> ParameterSource {
    { _, shape in scaled(numbers, shape, 1 / Double(hidden).squareRoot()) }
  }

  /// `nn.TransformerEncoderLayer`, under the names of `MarianEncoderLayer`. Queries, keys and values are one tensor there,
  /// whose bound is Glorot's for D inputs and 3 D outputs; their biases and that of the heads' output are 0; whatever else
  /// is linear lies between ±1/√inputs.
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

  /// `nn.Linear` and `nn.Conv1d`, under the names of a `dragoman-convolutional` checkpoint: everything between ±1/√(numbers
  /// that make up one output).
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
