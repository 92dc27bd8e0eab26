import Evaluation
import Plot
import Terminal

/// The reach of information through an encoder: how much an output depends on an input at some distance before it.
struct InformationReach {
  static let name = "reach"
  private static let farthest = 200
  private static let shown = [1, 2, 5, 10, 20, 50, 100, 200]
  private static let width = 512

  private struct Curve {
    let name: String
    let norms: [Double]  // by distance, from 0
  }

  private let untrained: [Curve]
  private let trained: [Curve]
  private let directions: Int

  /// - Parameters:
  ///   - directions: the number of random directions from which each norm is estimated.
  ///   - models: the models whose trained encoders are measured, on the words of `text`.
  /// - Throws: `FileError`.
  init(directions: Int, models: [ZooModel], text: [String]) throws {
    self.directions = directions
    untrained = try Self.untrained(directions)
    trained = try models.compactMap { model in
      Console.progress("reach of \(model.name)")
      guard let trained = try TrainedEncoder(model.format) else { return nil }
      let inputs = trained.inputs(try model.tokens(text, count: Self.farthest + 1))
      return Curve(name: model.name, norms: Self.norms(trained.encoder, inputs, directions))
    }
  }

  /// Curves of untrained encoders: one recurrent layer of 512 units that reads forwards, and two deep encoders of 6
  /// layers. The convolutional one has 512 channels and kernels 3 wide. The Transformer has 8 heads, width 512,
  /// feed-forward 2,048.
  private static func untrained(_ directions: Int) throws -> [Curve] {
    let numbers = NumberStream(seed: 4)
    let recurrent = try RecurrentDual.Cell.allCases.map { cell -> (String, any DifferentiableEncoder) in
      let parameters = InitialParameters.recurrent(hidden: width, numbers.doubles)
      let encoder = try RecurrentDual(
        cell, inputs: width, hidden: width, layers: 1, isBidirectional: false, parameter: parameters)
      return (cell.rawValue.uppercased(), encoder)
    }
    let convolutional = try ConvolutionalDual(
      inputs: width, channels: width, layers: 6, kernel: 3,
      parameter: InitialParameters.convolutional(inputs: width, channels: width, kernel: 3, numbers.doubles))
    let transformer = try TransformerDual(
      dimension: width, layers: 6, heads: 8, feedForward: 2048,
      parameter: InitialParameters.transformer(dimension: width, feedForward: 2048, numbers.doubles))
    // Uniform numbers of variance 1.
    let inputs = (0...farthest).map { _ in numbers.doubles(width).map { $0 * 3.0.squareRoot() } }
    return (recurrent + [("convolutional", convolutional), ("Transformer", transformer)]).map { name, encoder in
      Console.progress("reach of an untrained \(name)")
      return Curve(name: name, norms: norms(encoder, inputs, directions))
    }
  }

  private static func norms(
    _ encoder: any DifferentiableEncoder, _ inputs: [[Double]], _ directions: Int
  ) -> [Double] {
    let signs = NumberStream(seed: 5)
    return Influence.norms(
      of: encoder, inputs: inputs, directions: (0..<directions).map { _ in signs.signs(encoder.inputWidth) })
  }

  // MARK: Report

  var section: ReportSection {
    let tables = [("untrained", table(untrained))] + (trained.isEmpty ? [] : [("trained", table(trained))])
    let plots =
      [(Self.name, plot("Untrained encoders", untrained))]
      + (trained.isEmpty ? [] : [("reach-trained", plot("Encoders of the zoo", trained))])
    return ReportSection(
      name: Self.name, title: "The reach of information",
      note: """
        Norm (Frobenius) of the derivative of the encoder's output at position 1 + n by its input at position 1, in \
        sentences of \(Self.farthest + 1). Forward-mode derivatives in double precision along \(directions) random \
        directions. Untrained: \(Self.width) units with PyTorch's initial parameters and random inputs of variance 1. \
        They are one recurrent layer, 6 layers of convolutions 3 wide, or a Transformer of 6 layers, 8 heads, \
        feed-forward 2,048. Trained: the zoo's encoders on its test, read as one long sentence.
        """,
      tables: tables, plots: plots)
  }

  private func table(_ curves: [Curve]) -> ReportTable {
    ReportTable(
      columns: [ReportTable.Column(key: "encoder", head: "encoder")]
        + Self.shown.map { ReportTable.Column(key: "distance\($0)", head: "n = \($0)") },
      rows: curves.map { curve in [.text(curve.name)] + Self.shown.map { .magnitude(curve.norms[$0]) } })
  }

  private func plot(_ title: String, _ curves: [Curve]) -> Plot {
    Plot(
      title: "\(title): influence of the first input", x: Axis("positions between", .linear),
      y: Axis("norm of the derivative", .logarithmic),
      series: curves.map { curve in
        let points = curve.norms.enumerated().dropFirst().map { (x: Double($0.offset), y: $0.element) }
        return Plot.Series(name: curve.name, points: points)
      })
  }
}
