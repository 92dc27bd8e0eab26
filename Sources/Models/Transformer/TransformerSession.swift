import CKernels
import Tensor

/// A Transformer encoder-decoder, whose weights the sessions of all workers share.
package final class TransformerModel: TranslationModel {
  package let summary: ModelSummary
  let weights: TransformerWeights

  init(summary: ModelSummary, weights: TransformerWeights) {
    var summary = summary
    summary.copiedBytes = weights.output.copiedBytes
    self.summary = summary
    self.weights = weights
  }

  package func makeSession() -> any DecodingSession { TransformerSession(weights) }
}

/// One worker's half of a Transformer: activations, caches and rows.
final class TransformerSession: DecodingSession {
  private let weights: TransformerWeights
  private let workspace = TransformerWorkspace()
  private var cache: KeyValueCache
  private var recurrent: RecurrentStates
  private let store = SourceStore()
  private let outputs: OutputReader
  private let recorder = StepRecorder()
  private var rows: [DecoderRow] = []
  private var spare: [DecoderRow] = []
  /// Rows of the current step.
  private var stepping = 0

  init(_ weights: TransformerWeights) {
    self.weights = weights
    let recurrentLayers = weights.decoder.layers.filter(\.isRecurrent).count
    cache = KeyValueCache(
      layers: weights.decoder.layers.count - recurrentLayers, dimension: weights.decoder.heads.total)
    recurrent = RecurrentStates(layers: recurrentLayers, dimension: weights.dimension)
    outputs = OutputReader(
      weights.output, width: weights.dimension, vocabulary: weights.targetVocabulary, endToken: weights.endToken)
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [[Float]] {
    workspace.linear.withTeam { encode(batch) }
  }

  private func encode(_ batch: SourceBatch) -> [[Float]] {
    let encoder = TransformerEncoder(stack: weights.encoder, workspace: workspace)
    let (states, attention) = encoder.encode(batch)
    for (index, (source, options)) in zip(store(states, batch.lengths), batch.options).enumerated() {
      let ids = batch.ids[(index * batch.longest)..<(index * batch.longest + source.length)]
      let plan = outputs.plan(options.output, source: ids)
      rows.append(DecoderRow(sentence: SourceSentence(source, in: store, output: plan, capture: options.capture)))
    }
    cache.append(rows: batch.count)
    recurrent.append(batch.count)
    return attention
  }

  /// Stores the keys and values of the encoder's states (N, D) for each decoder layer.
  private func store(_ states: UnsafePointer<Float>, _ lengths: [Int]) -> [SourceRows] {
    let layers = weights.decoder.layers.map(\.crossAttention.keyValue)
    let sources = store.occupy(lengths, widths: layers.map(\.outputs))
    guard let first = sources.first else { return [] }
    let tokens = lengths.reduce(0, +)
    for (index, layer) in layers.enumerated() {
      layer.apply(states, rows: tokens, into: store.row(first.start, plane: index), scratch: workspace.linear)
    }
    return sources
  }

  func select(_ parents: [Int]) {
    cache.select(parents)
    recurrent.select(parents)
    spare.removeAll(keepingCapacity: true)
    for parent in parents { spare.append(rows[parent]) }
    swap(&rows, &spare)
    spare.removeAll(keepingCapacity: true)
  }

  func avoid(_ positions: AvoidedPositions, row: Int) { rows[row].avoided = positions }

  func step(_ tokens: [Int32]) {
    workspace.linear.withTeam { advance(tokens) }
  }

  private func advance(_ tokens: [Int32]) {
    let decoder = weights.decoder
    stepping = tokens.count
    let x = workspace.embed(
      decoder.embedding, rows: stepping, token: { tokens[$0] }, position: { rows[$0].position })
    cache.extend(rows: stepping)
    for row in 0..<stepping { rows[row].position += 1 }
    recorder.begin(rows, count: stepping)
    for (index, layer) in decoder.layers.enumerated() {
      switch layer.past {
      case .attention(let attention): attendToPast(attention, x, layer: index)
      case .recurrence(let unit): recur(unit, x, layer: index)
      }
      attendToSource(layer.crossAttention, x, layer: index)
      workspace.run(layer.feedForward, x, rows: stepping)
    }
    decoder.finalNorm?.apply(x, rows: stepping, into: x)
    if weights.outputScale != 1 { ck_scale(x, weights.outputScale, stepping * weights.dimension) }
    outputs.read(
      x, rows.prefix(stepping).lazy.map { OutputReader.Row(plan: $0.sentence.output, step: $0.position) },
      scratch: workspace.linear)
  }

  func outcome(row: Int) -> RowOutcome { outputs.outcome(row, rows[row].sentence.output) }

  private func attendToPast(_ layer: SelfAttention, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let heads = weights.decoder.heads
    let w = heads.total
    let input = layer.residual.enter(x, rows: stepping, workspace: workspace)
    let projected = workspace.projected.reserve(stepping * 3 * w)  // (rows, 3W)
    layer.queryKeyValue.apply(input, rows: stepping, into: projected, scratch: workspace.linear)
    let context = workspace.context.reserve(stepping * w)  // (rows, W)
    let base = cache.base(layer: index)
    for row in 0..<stepping {
      let cells = cache.cells(row: row)
      let count = cells.count
      let (query, output) = (projected + row * 3 * w, context + row * w)
      (base + cache.offset(cells[count - 1])).update(from: query + w, count: 2 * w)
      let scores = workspace.scores.reserve(heads.count * count)  // (H, t + 1)
      ck_attend(
        query, base, base + w, cells.baseAddress, 2 * w, count, heads.count, heads.width, heads.scale,
        biases(layer.relative, query, keys: count), scores, output)
      addValues(layer.relative, scores, keys: count, to: output)
      if recorder.isActive {
        recorder.record(.decoder, row: row, layer: index, scores, heads: heads.count, keys: count)
      }
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: stepping, workspace: workspace)
  }

  /// The terms of the scores by distance, (H, keys); nil without relative positions. The query is at the last key.
  private func biases(
    _ relative: RelativePositions?, _ query: UnsafePointer<Float>, keys: Int
  ) -> UnsafePointer<Float>? {
    guard let relative else { return nil }
    let heads = weights.decoder.heads
    let biases = workspace.biases.reserve(heads.count * keys)
    biases.update(repeating: 0, count: heads.count * keys)
    for head in 0..<heads.count {
      relative.addScores(
        head: head, query: query + head * heads.width, stride: heads.width, rows: 1, place: keys - 1, keys: keys,
        scores: biases + head * keys, scoreStride: keys, scratch: workspace.distances)
    }
    return UnsafePointer(biases)
  }

  /// Adds the values of positions to the heads' outputs (W).
  private func addValues(
    _ relative: RelativePositions?, _ scores: UnsafePointer<Float>, keys: Int, to output: UnsafeMutablePointer<Float>
  ) {
    guard let relative else { return }
    let heads = weights.decoder.heads
    for head in 0..<heads.count {
      relative.addValues(
        scores + head * keys, weightStride: keys, rows: 1, place: keys - 1, keys: keys,
        to: output + head * heads.width, stride: heads.width, scratch: workspace.distances)
    }
  }

  private func recur(_ unit: SimpleRecurrentUnit, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let d = weights.dimension
    let projected = workspace.projected.reserve(stepping * 2 * d)  // (rows, 2D)
    unit.candidateAndGate.multiply(x, rows: stepping, into: projected, scratch: workspace.linear)
    let hidden = workspace.context.reserve(stepping * d)  // (rows, D)
    ck_simple_recurrence(projected, unit.gateBias, recurrent.base(layer: index), hidden, stepping, d)
    unit.residual.leave(x, adding: unit.output, of: hidden, rows: stepping, workspace: workspace)
  }

  private func attendToSource(_ layer: CrossAttention, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let heads = weights.decoder.heads
    let w = heads.total
    let input = layer.residual.enter(x, rows: stepping, workspace: workspace)
    let query = workspace.projected.reserve(stepping * w)  // (rows, W)
    layer.query.apply(input, rows: stepping, into: query, scratch: workspace.linear)
    let context = workspace.context.reserve(stepping * w)  // (rows, W)
    for row in 0..<stepping {
      let source = rows[row].sentence
      let keyValues = source.rows(plane: index)
      let scores = workspace.scores.reserve(heads.count * source.length)  // (H, S)
      ck_attend(
        query + row * w, keyValues, keyValues + w, nil, 2 * w, source.length, heads.count, heads.width, heads.scale,
        rows[row].biases(heads: heads.count, in: workspace.biases), scores, context + row * w)
      if recorder.isActive {
        recorder.record(.cross, row: row, layer: index, scores, heads: heads.count, keys: source.length)
      }
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: stepping, workspace: workspace)
  }

  func attention(row: Int) -> StepAttention { recorder.attention(row: row) }
}
