import Checkpoint
import Evaluation
import Files
import Models

/// The encoder of a checkpoint in double precision, with its derivatives.
package struct TrainedEncoder {
  package let encoder: any DifferentiableEncoder
  private let table: [Float]  // (V, D)
  private let width: Int  // D
  private let scale: Double
  /// Position embeddings, (T, D); nil if the encoder has none.
  private let positions: [Float]?

  /// Loads the encoder; nil for formats and kinds of Transformers without derivatives here.
  ///
  /// - Throws: `FileError`.
  package init?(_ format: any ModelFormat) throws {
    switch format {
    case let folder as RecurrentFormat:
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
    case let folder as HuggingFaceMarianFormat:
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
    case let folder as ConvolutionalFormat:
      let configuration = folder.configuration
      width = configuration.embeddingSize
      encoder = try ConvolutionalDual(
        inputs: width, channels: configuration.channels, layers: configuration.encoderLayers,
        kernel: configuration.kernelSize
      ) { name, shape in try Self.doubles(folder.tensors, "encoder.\(name)", shape) }
      table = try Self.table(
        folder.tensors, ["shared.weight", "encoder.embedding.weight"], configuration.vocabularySize, width)
      scale = 1
      positions = try Self.floats(
        folder.tensors, "encoder.position.weight", [configuration.maxPositions, width])
    default: return nil
    }
  }

  private static func doubles(_ tensors: any TensorSource, _ name: String, _ shape: [Int]) throws -> [Double] {
    try floats(tensors, name, shape).map(Double.init)
  }

  private static func floats(_ tensors: any TensorSource, _ name: String, _ shape: [Int]) throws -> [Float] {
    try tensors.tensor(name).expecting(shape: shape).floats()
  }

  /// The table under the first of the names that the file has.
  private static func table(
    _ tensors: any TensorSource, _ names: [String], _ rows: Int, _ columns: Int
  ) throws -> [Float] {
    let name = names.first(where: tensors.contains) ?? names[0]
    return try floats(tensors, name, [rows, columns])
  }

  private static func positions(_ folder: HuggingFaceMarianFormat) throws -> [Float] {
    let (count, width) = (folder.configuration.maxPositions, folder.configuration.modelDimension)
    let name = "model.encoder.embed_positions.weight"
    if folder.tensors.contains(name) { return try floats(folder.tensors, name, [count, width]) }
    let table = SinusoidalPositions.table(positions: count, dimension: width, spread: .halfOpen)
    return Array(UnsafeBufferPointer(start: table.base, count: count * width))
  }

  /// The encoder's input: the embeddings of tokens at their positions. // (count, D)
  package func inputs(_ ids: [Int32]) -> [[Double]] {
    ids.enumerated().map { position, id in
      (0..<width).map { column in
        Double(table[Int(id) * width + column]) * scale + Double(positions?[position * width + column] ?? 0)
      }
    }
  }
}

extension BARTConfiguration {
  /// Whether norms follow each part and are nowhere else, units are rectified, and positions are added.
  fileprivate var isPlain: Bool {
    activation == .relu && !normalizeBefore && !normalizeEmbedding && !addFinalLayerNorm
  }
}
