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
