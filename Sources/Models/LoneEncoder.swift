import Checkpoint
import Tensor

/// An encoder of given sizes with random weights and no decoder. It computes as serving does, so that architectures can
/// be timed at sizes of which there is no checkpoint.
package final class LoneEncoder {
  /// Fills weights with numbers between -1 and 1; called once per tensor.
  package typealias Numbers = (UnsafeMutableBufferPointer<Float>) -> Void

  private let pass: (SourceBatch) -> UnsafePointer<Float>
  /// Width of the outputs.
  package let width: Int

  private init(width: Int, pass: @escaping (SourceBatch) -> UnsafePointer<Float>) {
    self.width = width
    self.pass = pass
  }

  /// Encodes a batch.
  /// - Parameter batch: tokens and lengths within the encoder's vectors and positions.
  /// - Returns: (N, width) of the batch's N tokens without padding, valid until the next call.
  @discardableResult
  package func encode(_ batch: SourceBatch) -> UnsafePointer<Float> { pass(batch) }

  /// A layer that reads forwards. All weights are between ±1/√hidden, as in PyTorch's initialisation.
  /// - Parameter tokens: number of vectors in the table.
  package static func recurrent(
    _ kind: RecurrentConfiguration.Cell, inputs: Int, hidden: Int, tokens: Int, numbers: @escaping Numbers
  ) -> LoneEncoder {
    let source = RandomTensors(bound: 1 / Float(hidden).squareRoot(), numbers: numbers)
    let cell = RecurrentCell(
      kind: kind, input: source.linear(inputs, kind.gates * hidden), hidden: source.linear(hidden, kind.gates * hidden),
      candidateBias: kind == .gru ? source.vector(hidden) : [])
    let stack = RecurrentStack(
      embedding: source.embedding(tokens: tokens, positions: 1, dimension: inputs), layers: [[cell]])
    let encoder = RecurrentEncoder(stack: stack, workspace: RecurrentWorkspace())
    return LoneEncoder(width: hidden) { batch in
      encoder.workspace.linear.withTeam { encoder.encode(batch, TimeMajorBatch(lengths: batch.lengths)) }
    }
  }

  /// Layers with the norm after each part, as in Vaswani et al. (2017). Weights are between ±1/√dimension.
  /// - Parameter positions: length of the longest sentence, in tokens.
  package static func transformer(
    dimension: Int, layers: Int, heads: Int, feedForward: Int, tokens: Int, positions: Int, numbers: @escaping Numbers
  ) -> LoneEncoder {
    let source = RandomTensors(bound: 1 / Float(dimension).squareRoot(), numbers: numbers)
    let stack = TransformerStack(
      embedding: source.embedding(tokens: tokens, positions: positions, dimension: dimension),
      layers: (0..<layers).map { _ in source.layer(dimension, feedForward) },
      heads: AttentionHeads(count: heads, width: dimension / heads), finalNorm: nil)
    let encoder = TransformerEncoder(stack: stack, workspace: TransformerWorkspace())
    return LoneEncoder(width: dimension) { batch in
      encoder.workspace.linear.withTeam { UnsafePointer<Float>(encoder.encode(batch).states) }
    }
  }
}

/// Random weights.
private struct RandomTensors {
  let bound: Float
  let numbers: LoneEncoder.Numbers

  func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns) { values in
      numbers(values)
      for index in values.indices { values[index] *= bound }
    }
  }

  func vector(_ count: Int) -> [Float] {
    let row = matrix(1, count)
    return Array(UnsafeBufferPointer(start: row.base, count: count))
  }

  func linear(_ inputs: Int, _ outputs: Int) -> Linear {
    Linear(weight: matrix(outputs, inputs), bias: vector(outputs))
  }

  func embedding(tokens: Int, positions: Int, dimension: Int) -> Embedding {
    let table = EmbeddingTable.float32(matrix(tokens, dimension))
    return Embedding(table: table, positions: .table(matrix(positions, dimension)), scale: 1, norm: nil)
  }

  func layer(_ dimension: Int, _ feedForward: Int) -> EncoderLayer {
    EncoderLayer(
      selfAttention: SelfAttention(
        queryKeyValue: linear(dimension, 3 * dimension), output: linear(dimension, dimension),
        residual: residual(dimension)),
      feedForward: FeedForward(
        inner: [linear(dimension, feedForward)], output: linear(feedForward, dimension), activation: .relu,
        residual: residual(dimension)))
  }

  private func residual(_ dimension: Int) -> Residual {
    let norm = LayerNorm(
      scale: Array(repeating: 1, count: dimension), shift: Array(repeating: 0, count: dimension), epsilon: 1e-5)
    return Residual(norm: norm, isPreNorm: false)
  }
}
