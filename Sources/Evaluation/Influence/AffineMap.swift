/// y = W x + b.
struct AffineMap: Sendable {
  let inputs: Int
  let outputs: Int
  private let turned: [Double]  // (inputs, outputs)
  private let bias: [Double]  // (outputs)

  /// - Parameters:
  ///   - weight: (outputs, inputs)
  ///   - bias: (outputs)
  init(weight: [Double], bias: [Double], inputs: Int) {
    let outputs = bias.count
    self.inputs = inputs
    self.outputs = outputs
    self.bias = bias
    turned = (0..<inputs).flatMap { input in (0..<outputs).map { weight[$0 * inputs + input] } }
  }

  func apply(_ x: Dual) -> Dual {
    var y = Dual(rows: x.rows, directions: x.directions, width: outputs)
    multiply(x.values, planes: 1 + x.directions, rows: x.rows, into: &y.values)
    return y
  }

  /// y (planes, rows, outputs) of x (planes, rows, inputs); a constant has no derivative, so plane 0 alone gets the bias.
  func multiply(_ x: [Double], planes: Int, rows: Int, into y: inout [Double]) {
    for index in y.indices { y[index] = index < rows * outputs ? bias[index % outputs] : 0 }
    MatrixProduct.add(x, turned, to: &y, m: planes * rows, k: inputs, n: outputs)
  }
}
