import CKernels
import Tensor

/// One worker's half of a Transformer: workspace, caches, and the rows under way.
final class TransformerSession: DecodingSession {
  private let weights: TransformerWeights
  private let workspace = TransformerWorkspace()
  private var cache: KeyValueCache
  private var recurrent: RecurrentStates
  private var memories: [SourceMemory] = []
  private var rows: [Row] = []

  private struct Row {
    var memory: SourceMemory
    /// First row of `memory` and how many: the sentence's source tokens.
    var start: Int
    var length: Int
    /// The output layer of its sentence; nil where it is the model's.
    var output: NarrowOutput?
    var position = 0
    /// The cache cell of each step taken, where the decoder attends to its past.
    var cells: [Int] = []
    var captured: Captured?
  }

  /// Weights of the last step of a row.
  private struct Captured {
    var kinds: Set<AttentionKind>
    var cross: [Float] = []  // (L, H, S)
    var decoder: [Float] = []  // (L, H, t + 1)
  }

  init(_ weights: TransformerWeights) {
    self.weights = weights
    let recurrentLayers = weights.decoder.layers.filter(\.isRecurrent).count
    cache = KeyValueCache(layers: weights.decoder.layers.count - recurrentLayers, dimension: weights.dimension)
    recurrent = RecurrentStates(layers: recurrentLayers, dimension: weights.dimension)
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [EncoderAttention?] {
    let encoder = TransformerEncoder(stack: weights.encoder, workspace: workspace)
    let (states, attention) = encoder.encode(batch)
    let memory = unusedMemory()
    memory.fill(
      weights.decoder.layers, states: states, rows: batch.lengths.reduce(0, +), scratch: workspace.linear)
    var start = 0
    for (index, (length, options)) in zip(batch.lengths, batch.options).enumerated() {
      let ids = batch.ids[(index * batch.longest)..<(index * batch.longest + length)]
      let captured = options.capture.isDisjoint(with: [.cross, .decoder]) ? nil : Captured(kinds: options.capture)
      let output = weights.output.narrowed(to: ids, required: options.required)
      rows.append(Row(memory: memory, start: start, length: length, output: output, captured: captured))
      start += length
    }
    recurrent.append(batch.count)
    return attention
  }

  private func unusedMemory() -> SourceMemory {
    for index in memories.indices where isKnownUniquelyReferenced(&memories[index]) { return memories[index] }
    let memory = SourceMemory()
    memories.append(memory)
    return memory
  }

  func select(_ parents: [Int]) {
    var children = [Int](repeating: 0, count: rows.count)
    for parent in parents { children[parent] += 1 }
    for (row, count) in children.enumerated() where count != 1 {
      for cell in rows[row].cells { cache.refer(cell, change: count - 1) }
    }
    recurrent.select(parents)
    rows = parents.map { rows[$0] }
  }

  func step(_ tokens: [Int32]) -> UnsafeMutablePointer<Float> {
    let decoder = weights.decoder
    let x = workspace.embed(
      decoder.embedding, rows: rows.count, token: { tokens[$0] }, position: { rows[$0].position })
    for row in rows.indices {
      rows[row].position += 1
      if !cache.isEmpty { rows[row].cells.append(cache.take()) }
      rows[row].captured?.cross.removeAll(keepingCapacity: true)
      rows[row].captured?.decoder.removeAll(keepingCapacity: true)
    }
    for (index, layer) in decoder.layers.enumerated() {
      switch layer.past {
      case .attention(let attention): attendToPast(attention, x, layer: index)
      case .recurrence(let unit): recur(unit, x, layer: index)
      }
      attendToSource(layer.crossAttention, x, layer: index)
      workspace.run(layer.feedForward, x, rows: rows.count)
    }
    decoder.finalNorm?.apply(x, rows: rows.count, into: x)
    return logits(x)
  }

  private func logits(_ x: UnsafePointer<Float>) -> UnsafeMutablePointer<Float> {
    let width = weights.targetVocabulary
    let logits = workspace.logits.reserve(rows.count * width)
    if case .whole(let layer) = weights.output {
      layer.apply(x, rows: rows.count, into: logits, scratch: workspace.linear)
    }
    var first = 0
    while first < rows.count, let output = rows[first].output {
      let count = rows[first...].prefix { $0.output === output }.count
      output.linear.apply(
        x + first * weights.dimension, rows: count, into: logits + first * width, scratch: workspace.linear)
      first += count
    }
    return logits
  }

  private func attendToPast(_ layer: SelfAttention, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let d = weights.dimension
    let input = layer.residual.enter(x, rows: rows.count, workspace: workspace)
    let projected = workspace.projected.reserve(rows.count * 3 * d)  // (rows, 3D)
    layer.queryKeyValue.apply(input, rows: rows.count, into: projected, scratch: workspace.linear)
    let context = workspace.context.reserve(rows.count * d)  // (rows, D)
    let base = cache.base(layer: index)
    for row in rows.indices {
      let count = rows[row].cells.count
      (base + cache.offset(rows[row].cells[count - 1])).update(from: projected + row * 3 * d + d, count: 2 * d)
      let scores = workspace.scores.reserve(weights.decoder.heads * count)  // (H, t + 1)
      ck_attend(
        projected + row * 3 * d, base, base + d, rows[row].cells, 2 * d, count, weights.decoder.heads,
        d / weights.decoder.heads, headScale, scores, context + row * d)
      if let captured = rows[row].captured, captured.kinds.contains(.decoder) {
        rows[row].captured?.decoder += UnsafeBufferPointer(start: scores, count: weights.decoder.heads * count)
      }
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: rows.count, workspace: workspace)
  }

  private func recur(_ unit: SimpleRecurrentUnit, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let d = weights.dimension
    let projected = workspace.projected.reserve(rows.count * 2 * d)  // (rows, 2D)
    unit.candidateAndGate.multiply(x, rows: rows.count, into: projected, scratch: workspace.linear)
    let hidden = workspace.context.reserve(rows.count * d)  // (rows, D)
    ck_simple_recurrence(projected, unit.gateBias, recurrent.base(layer: index), hidden, rows.count, d)
    unit.residual.leave(x, adding: unit.output, of: hidden, rows: rows.count, workspace: workspace)
  }

  private func attendToSource(_ layer: CrossAttention, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let d = weights.dimension
    let input = layer.residual.enter(x, rows: rows.count, workspace: workspace)
    let query = workspace.projected.reserve(rows.count * d)  // (rows, D)
    layer.query.apply(input, rows: rows.count, into: query, scratch: workspace.linear)
    let context = workspace.context.reserve(rows.count * d)  // (rows, D)
    for (row, state) in rows.enumerated() {
      let keyValues = state.memory.keyValues(layer: index, start: state.start)
      let scores = workspace.scores.reserve(weights.decoder.heads * state.length)  // (H, S)
      ck_attend(
        query + row * d, keyValues, keyValues + d, nil, 2 * d, state.length, weights.decoder.heads,
        d / weights.decoder.heads, headScale, scores, context + row * d)
      if let captured = state.captured, captured.kinds.contains(.cross) {
        rows[row].captured?.cross += UnsafeBufferPointer(start: scores, count: weights.decoder.heads * state.length)
      }
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: rows.count, workspace: workspace)
  }

  private var headScale: Float { 1 / Float(weights.dimension / weights.decoder.heads).squareRoot() }

  func candidates(row: Int) -> [Int32]? { rows[row].output?.candidates }

  func attention(row: Int, kind: AttentionKind) -> [Float] {
    switch kind {
    case .cross: rows[row].captured?.cross ?? []
    case .decoder: rows[row].captured?.decoder ?? []
    case .encoder: []
    }
  }
}
