import CKernels
import Tensor

/// The encoder's pass over a batch.
///
/// Sentences of the padded batch lie one after the other as N rows, N = sum of lengths. Padding is never computed, so it
/// costs nothing and cannot leak.
struct TransformerEncoder {
  let stack: TransformerStack<EncoderLayer>
  let workspace: TransformerWorkspace

  /// Encodes a batch.
  /// - Returns: states (N, D), valid until the workspace is used again, and the captured weights per sentence.
  func encode(
    _ batch: SourceBatch
  ) -> (states: UnsafeMutablePointer<Float>, attention: [[Float]]) {
    let tokens = batch.tokenPositions
    let x = workspace.embed(
      stack.embedding, rows: tokens.count,
      token: { batch.ids[tokens[$0].sentence * batch.longest + tokens[$0].position] },
      position: { tokens[$0].position })
    var captured = zip(batch.lengths, batch.options).map { captureBuffer(length: $0, $1) }
    for (index, layer) in stack.layers.enumerated() {
      attend(layer.selfAttention, x, batch.lengths, rows: tokens.count) { sentence, head, weights, stride in
        guard let maps = batch.options[sentence].encoderMaps, let rank = maps.layers.firstIndex(of: index) else {
          return
        }
        let length = batch.lengths[sentence]
        captured[sentence].withUnsafeMutableBufferPointer { all in
          guard let base = all.baseAddress else { return }
          for row in 0..<length {
            maps.add(
              weights + row * stride, keys: length, head: head, of: stack.heads.count,
              to: base + (rank * maps.perLayer * length + row) * length, stride: length * length)
          }
        }
      }
      workspace.run(layer.feedForward, x, rows: tokens.count)
    }
    stack.finalNorm?.apply(x, rows: tokens.count, into: x)
    return (x, captured)
  }

  private func captureBuffer(length: Int, _ options: RowOptions) -> [Float] {
    Array(repeating: 0, count: (options.encoderMaps?.count ?? 0) * length * length)  // (maps, S, S)
  }

  /// Lets each sentence attend within itself, head by head.
  private func attend(
    _ layer: SelfAttention, _ x: UnsafeMutablePointer<Float>, _ lengths: [Int], rows: Int,
    observe: (_ sentence: Int, _ head: Int, _ weights: UnsafePointer<Float>, _ stride: Int) -> Void
  ) {
    let w = stack.heads.total
    let input = layer.residual.enter(x, rows: rows, workspace: workspace)
    let projected = workspace.projected.reserve(rows * 3 * w)  // (N, 3W)
    layer.queryKeyValue.apply(input, rows: rows, into: projected, scratch: workspace.linear)
    let context = workspace.context.reserve(rows * w)  // (N, W)
    var start = 0
    for (sentence, length) in lengths.enumerated() {
      let stride = (length + 31) / 32 * 32  // whole blocks of the kernel
      let scores = workspace.scores.reserve(length * stride)  // (T, stride)
      for head in 0..<stack.heads.count {
        attendHead(
          projected + start * 3 * w, scores, context + start * w, length: length, stride: stride, head: head,
          layer.relative)
        observe(sentence, head, scores, stride)
      }
      start += length
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: rows, workspace: workspace)
  }

  /// Computes softmax(Q Kᵀ · scale) V of one head of one sentence. These products are too small for BLAS.
  private func attendHead(
    _ projected: UnsafePointer<Float>, _ scores: UnsafeMutablePointer<Float>, _ context: UnsafeMutablePointer<Float>,
    length: Int, stride: Int, head: Int, _ relative: RelativePositions?
  ) {
    let (w, d) = (stack.heads.total, stack.heads.width)
    let query = projected + head * d
    let output = context + head * d
    let keys = workspace.keys.reserve(d * stride)  // (d, stride) transposed, times the scale
    ck_transpose(query + w, 3 * w, length, d, stack.heads.scale, keys, stride)
    ck_multiply(query, 3 * w, keys, stride, length, stride, d, scores, stride)
    relative?.addScores(
      head: head, query: query, stride: 3 * w, rows: length, place: 0, keys: length, scores: scores,
      scoreStride: stride, scratch: workspace.distances)
    ck_softmax(scores, length, length, stride)
    ck_multiply(scores, stride, query + 2 * w, 3 * w, length, d, length, output, w)
    relative?.addValues(
      scores, weightStride: stride, rows: length, place: 0, keys: length, to: output, stride: w,
      scratch: workspace.distances)
  }
}
