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
