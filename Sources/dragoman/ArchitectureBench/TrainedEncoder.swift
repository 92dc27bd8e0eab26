import Checkpoint
import Evaluation
import Files
import Models

/// The encoder of a checkpoint in double precision, with its derivatives.
struct TrainedEncoder {
  let encoder: any DifferentiableEncoder
  private let model: ZooModel
  private let table: [Float]  // (V, D)
  private let width: Int  // D
  private let scale: Double
  /// What is added to the vector at a position (T, D); nil where nothing is.
  private let positions: [Float]?

  /// Nil for an architecture whose derivatives nobody wrote: convolutional, or a Transformer other than the zoo's.
  /// - Throws: `FileError`.
  init?(_ model: ZooModel) throws {
    self.model = model
    switch model.folder {
    case .recurrent(let folder):
      let configuration = folder.configuration
      guard let cell = RecurrentDual.Cell(rawValue: configuration.cell.rawValue) else { return nil }
      encoder = try RecurrentDual(
        cell, inputs: configuration.embeddingSize, hidden: configuration.encoderHiddenSize,
        layers: configuration.layers, isBidirectional: configuration.isBidirectional
      ) { name, shape in
        let name = "encoder.rnn.\(name)"
        return try Self.doubles(folder.tensors, configuration.tensorNames[name] ?? name, shape)
      }
      width = configuration.embeddingSize
      table = try Self.table(
        folder.tensors, ["shared.weight", "encoder.embedding.weight"], configuration.vocabularySize, width)
      scale = 1
      positions = nil
    case .huggingFace(let folder):
      let configuration = folder.configuration
      guard configuration.isPlain else { return nil }
      width = configuration.modelDimension
      encoder = try TransformerDual(
        dimension: width, layers: configuration.encoder.layers, heads: configuration.encoder.heads,
        feedForward: configuration.encoder.feedForward
      ) { name, shape in try Self.doubles(folder.tensors, "model.encoder.\(name)", shape) }
      table = try Self.table(
        folder.tensors, ["model.shared.weight", "model.encoder.embed_tokens.weight"], configuration.vocabularySize,
        width)
      scale = configuration.scaleEmbedding ? Double(width).squareRoot() : 1
      positions = try Self.positions(folder)
    case .convolutional, .marian: return nil
    }
  }

  private static func doubles(_ tensors: any TensorSource, _ name: String, _ shape: [Int]) throws -> [Double] {
    try tensors.tensor(name).expecting(shape: shape).floats().map(Double.init)
  }

  /// Whichever of the names the file has.
  private static func table(
    _ tensors: any TensorSource, _ names: [String], _ rows: Int, _ columns: Int
  ) throws -> [Float] {
    let name = names.first(where: tensors.contains) ?? names[0]
    return try tensors.tensor(name).expecting(shape: [rows, columns]).floats()
  }

  private static func positions(_ folder: MarianFolder) throws -> [Float] {
    let (count, width) = (folder.configuration.maxPositions, folder.configuration.modelDimension)
    let name = "model.encoder.embed_positions.weight"
    if folder.tensors.contains(name) {
      return try folder.tensors.tensor(name).expecting(shape: [count, width]).floats()
    }
    let table = SinusoidalPositions.table(positions: count, dimension: width, spread: .halfOpen)
    return Array(UnsafeBufferPointer(start: table.base, count: count * width))
  }

  /// What the encoder reads at so many positions (count, D): the text's tokens as one sentence without an end.
  /// - Throws: `FileError` where the model has fewer positions, or the text fewer tokens.
  func inputs(_ text: [String], count: Int) throws -> [[Double]] {
    var ids: [Int32] = []
    for line in text where ids.count < count {
      ids += model.engine.tokenizer.encode(line).ids.filter { $0 != model.engine.summary.endToken }
    }
    guard ids.count >= count, model.engine.summary.maxPositions >= count else {
      throw FileError(
        file: model.directory, item: "reach",
        found: "\(ids.count) tokens of text, \(model.engine.summary.maxPositions) positions",
        expected: "\(count) of both")
    }
    return (0..<count).map { position in
      (0..<width).map { column in
        Double(table[Int(ids[position]) * width + column]) * scale
          + Double(positions?[position * width + column] ?? 0)
      }
    }
  }
}

extension MarianConfiguration {
  /// Norms behind each part and nowhere else, rectified units, positions that are added.
  fileprivate var isPlain: Bool {
    activation == .relu && !normalizeBefore && !normalizeEmbedding && !addFinalLayerNorm
  }
}
