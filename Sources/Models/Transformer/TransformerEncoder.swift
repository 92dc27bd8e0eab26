import CKernels
import Tensor

/// The encoder's pass over a batch.
///
/// Sentences of the padded batch lie behind one another as N real rows, N = sum of lengths: the mask is kept by never
/// computing what it would hide, so padding costs nothing and cannot leak.
struct TransformerEncoder {
  let stack: TransformerStack<EncoderLayer>
  let workspace: TransformerWorkspace

  /// - Returns: states (N, D), valid until the workspace is used again, and the weights of the sentences captured.
  func encode(
    _ batch: SourceBatch
  ) -> (states: UnsafeMutablePointer<Float>, attention: [EncoderAttention?]) {
    let places = batch.places
    let x = workspace.embed(
      stack.embedding, rows: places.count,
      token: { batch.ids[places[$0].sentence * batch.longest + places[$0].position] },
      position: { places[$0].position })
    var captured = zip(batch.lengths, batch.options).map { captureBuffer(length: $0, $1) }
    for (index, layer) in stack.layers.enumerated() {
      attend(layer.selfAttention, x, batch.lengths, rows: places.count) { sentence, head, weights, count in
        guard captured[sentence] != nil else { return }
        let start = (index * stack.heads + head) * count
        captured[sentence]?.replaceSubrange(start..<(start + count), with: weights)
      }
      workspace.run(layer.feedForward, x, rows: places.count)
    }
    stack.finalNorm?.apply(x, rows: places.count, into: x)
    return (x, captured.map { $0.map(EncoderAttention.init) })
  }

  private func captureBuffer(length: Int, _ options: RowOptions) -> [Float]? {
    guard options.capture.contains(.encoder) else { return nil }
    return Array(repeating: 0, count: stack.layers.count * stack.heads * length * length)  // (L, H, S, S)
  }

  /// Each sentence attends within itself, head by head.
  private func attend(
    _ layer: SelfAttention, _ x: UnsafeMutablePointer<Float>, _ lengths: [Int], rows: Int,
    observe: (_ sentence: Int, _ head: Int, _ weights: UnsafeBufferPointer<Float>, _ count: Int) -> Void
  ) {
    let d = stack.embedding.table.dimension
    let input = layer.residual.enter(x, rows: rows, workspace: workspace)
    let projected = workspace.projected.reserve(rows * 3 * d)  // (N, 3D)
    layer.queryKeyValue.apply(input, rows: rows, into: projected, scratch: workspace.linear)
    let context = workspace.context.reserve(rows * d)  // (N, D)
    var start = 0
    for (sentence, length) in lengths.enumerated() {
      let scores = workspace.scores.reserve(length * length)  // (T, T)
      for head in 0..<stack.heads {
        attendHead(projected + start * 3 * d, scores, context + start * d, length: length, head: head, dimension: d)
        observe(sentence, head, UnsafeBufferPointer(start: scores, count: length * length), length * length)
      }
      start += length
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: rows, workspace: workspace)
  }

  /// softmax(Q Kᵀ / √d) V of one head of one sentence.
  private func attendHead(
    _ projected: UnsafePointer<Float>, _ scores: UnsafeMutablePointer<Float>, _ context: UnsafeMutablePointer<Float>,
    length: Int, head: Int, dimension: Int
  ) {
    let width = dimension / stack.heads
    let query = projected + head * width
    BLAS.multiplyTransposed(
      query, query + dimension, scores, m: length, n: length, k: width, lda: 3 * dimension, ldb: 3 * dimension,
      ldc: length, alpha: 1 / Float(width).squareRoot())
    ck_softmax(scores, length, length, length)
    BLAS.multiply(
      scores, query + 2 * dimension, context + head * width, m: length, n: width, k: length, lda: length,
      ldb: 3 * dimension, ldc: dimension)
  }
}

extension SourceBatch {
  /// Where each real token stands, sentence by sentence.
  var places: [(sentence: Int, position: Int)] {
    lengths.enumerated().flatMap { sentence, length in (0..<length).map { (sentence, $0) } }
  }
}
