import Evaluation
import JSON

/// Encoders of PyTorch with their Jacobians by autograd: `Fixtures/make_influence_fixture.py`.
struct InfluenceFixture {
  struct Missing: Error { let name: String }

  let name: String
  let encoder: any DifferentiableEncoder
  let inputs: [[Double]]  // (T, D)
  let outputs: [[Double]]  // (T, K)
  let jacobian: [[[Double]]]  // (T, K, D)
  let norms: [Double]  // (T)

  static func all() throws -> [InfluenceFixture] {
    let file = try FixtureFile.object("influence.json")
    return try file["cases"]?.elements.map { try InfluenceFixture($0.members, of: file) } ?? []
  }

  private init(_ members: [String: JSONValue], of file: [String: JSONValue]) throws {
    name = members["name"]?.text ?? ""
    encoder = try Self.encoder(name, members["parameters"]?.members ?? [:], file)
    inputs = members["inputs"]?.elements.map(\.numbers) ?? []
    outputs = members["outputs"]?.elements.map(\.numbers) ?? []
    jacobian = members["jacobian"]?.elements.map { $0.elements.map(\.numbers) } ?? []
    norms = members["norms"]?.numbers ?? []
  }

  private static func encoder(
    _ name: String, _ parameters: [String: JSONValue], _ file: [String: JSONValue]
  ) throws -> any DifferentiableEncoder {
    func size(_ key: String) throws -> Int {
      guard case .integer(let size)? = file[key] else { throw Missing(name: key) }
      return size
    }
    let source: ParameterSource = { name, shape in
      guard let values = parameters[name]?.numbers, values.count == shape.reduce(1, *) else {
        throw Missing(name: name)
      }
      return values
    }
    if name == "transformer" {
      return try TransformerDual(
        dimension: size("dimension"), layers: size("layers"), heads: size("heads"), feedForward: size("feedForward"),
        parameter: source)
    }
    if name == "convolutional" {
      return try ConvolutionalDual(
        inputs: size("width"), channels: size("hidden"), layers: size("layers"), kernel: size("kernel"),
        parameter: source)
    }
    guard let cell = RecurrentDual.Cell.allCases.first(where: { name.hasPrefix($0.rawValue) }) else {
      throw Missing(name: name)
    }
    return try RecurrentDual(
      cell, inputs: size("width"), hidden: size("hidden"), layers: size("layers"),
      isBidirectional: name.hasSuffix("both ways"), parameter: source)
  }
}
