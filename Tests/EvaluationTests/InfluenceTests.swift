import Evaluation
import Testing

struct InfluenceTests {
  @Test func outputsEqualThoseOfPyTorch() throws {
    let cases = try InfluenceFixture.all()
    #expect(cases.count == 8)
    for item in cases {
      let outputs = item.encoder.encode(Dual(inputs: item.inputs, directions: []))
      #expect(outputs.rows == item.outputs.count)
      for (row, expected) in item.outputs.enumerated() {
        #expect(greatestDifference(outputs.vector(plane: 0, row: row), expected) < 1e-12, "\(item.name), row \(row)")
      }
    }
  }

  @Test func derivativesEqualThoseOfAutograd() throws {
    for item in try InfluenceFixture.all() {
      for unit in 0..<item.encoder.inputWidth {
        let direction = (0..<item.encoder.inputWidth).map { $0 == unit ? 1.0 : 0 }
        let outputs = item.encoder.encode(Dual(inputs: item.inputs, directions: [direction]))
        for (row, jacobian) in item.jacobian.enumerated() {
          let difference = greatestDifference(outputs.vector(plane: 1, row: row), jacobian.map { $0[unit] })
          #expect(difference < 1e-12, "\(item.name), row \(row), input \(unit)")
        }
      }
    }
  }

  @Test func normsEqualThoseOfAutograd() throws {
    for item in try InfluenceFixture.all() {
      let norms = Influence.norms(of: item.encoder, inputs: item.inputs)
      #expect(norms.count == item.norms.count)
      #expect(greatestDifference(norms[...], item.norms) < 1e-12, "\(item.name): \(norms), expected \(item.norms)")
    }
  }

  /// All directions of signs together have the identity as their covariance, so that their estimate is exact.
  @Test func allSignsTogetherEstimateTheNormExactly() throws {
    for item in try InfluenceFixture.all() where item.encoder.inputWidth == 4 {
      let signs = (0..<16).map { number in (0..<4).map { number >> $0 & 1 == 1 ? 1.0 : -1 } }
      let norms = Influence.norms(of: item.encoder, inputs: item.inputs, directions: signs)
      #expect(greatestDifference(norms[...], item.norms) < 1e-12, "\(item.name)")
    }
  }

  @Test func influenceOnUntrainedStatesDecays() throws {
    for cell in RecurrentDual.Cell.allCases {
      var state: UInt64 = 7
      let numbers = { (count: Int) in (0..<count).map { _ in Self.number(&state) } }
      let encoder = try RecurrentDual(
        cell, inputs: 8, hidden: 16, layers: 1, isBidirectional: false,
        parameter: InitialParameters.recurrent(hidden: 16, numbers))
      let norms = Influence.norms(of: encoder, inputs: (0..<120).map { _ in numbers(8) })
      #expect(norms[100] < norms[50] * 1e-6 && norms[50] < norms[5] * 1e-4, "\(cell)")
      #expect(norms.allSatisfy { $0 > 0 && $0.isFinite }, "\(cell)")
    }
  }

  /// Each layer of kernels 3 wide sees one position farther, and not one more.
  @Test func reachOfConvolutionsGrowsByOneWithEachLayer() throws {
    for layers in 1...3 {
      let numbers: ParameterSource = { _, shape in (0..<shape.reduce(1, *)).map { Double($0 % 5) / 5 - 0.3 } }
      let encoder = try ConvolutionalDual(inputs: 2, channels: 4, layers: layers, kernel: 3, parameter: numbers)
      let norms = Influence.norms(of: encoder, inputs: (0..<8).map { [Double($0), 1] })
      #expect(norms[0...layers].allSatisfy { $0 > 0 } && norms[(layers + 1)...].allSatisfy { $0 == 0 }, "\(norms)")
    }
  }

  @Test func initialParametersHaveTheBoundsOfPyTorch() throws {
    let source = InitialParameters.transformer(dimension: 16, feedForward: 64) { [Double](repeating: 1, count: $0) }
    func first(_ name: String) throws -> Double { try source("layers.0." + name, [2])[0] }
    #expect(try first("self_attn.q_proj.weight") == (6.0 / 64).squareRoot())
    #expect(try first("self_attn.out_proj.weight") == 0.25)
    #expect(try first("self_attn.v_proj.bias") == 0 && first("self_attn.out_proj.bias") == 0)
    #expect(try first("self_attn_layer_norm.weight") == 1 && first("final_layer_norm.bias") == 0)
    #expect(try first("fc1.weight") == 0.25 && first("fc1.bias") == 0.25)
    #expect(try first("fc2.weight") == 0.125 && first("fc2.bias") == 0.125)
  }

  private func greatestDifference(_ a: ArraySlice<Double>, _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  private static func number(_ state: inout UInt64) -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int32(truncatingIfNeeded: state >> 32)) / 0x1p31
  }
}
