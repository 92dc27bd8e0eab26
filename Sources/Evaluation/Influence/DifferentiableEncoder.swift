/// An encoder in double precision that also says how its outputs change with its inputs.
package protocol DifferentiableEncoder: Sendable {
  var inputWidth: Int { get }
  func encode(_ x: Dual) -> Dual
}

/// The numbers of a parameter, by its name and shape, row-major.
package typealias ParameterSource = (_ name: String, _ shape: [Int]) throws -> [Double]
