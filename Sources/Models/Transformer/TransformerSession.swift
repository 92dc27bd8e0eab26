import CKernels
import Tensor

/// One worker's half of a Transformer: workspace, caches, and the rows under way.
final class TransformerSession: DecodingSession {
  private let weights: TransformerWeights
  private let workspace = TransformerWorkspace()
  private var cache: KeyValueCache
  private var recurrent: RecurrentStates
  private let store = SourceStore()
  private let outputs: RowOutputs
  private var rows: [Row] = []
  private var spare: [Row] = []
  /// Rows that the step under way is of.
  private var stepping = 0

  private struct Row {
    let sentence: SourceSentence
    var position = 0
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
    outputs = RowOutputs(
      weights.output, width: weights.dimension, vocabulary: weights.targetVocabulary, endToken: weights.endToken)
  }

  var rowCount: Int { rows.count }

  func admit(_ batch: SourceBatch) -> [EncoderAttention?] {
    workspace.linear.withTeam { encode(batch) }
  }

  private func encode(_ batch: SourceBatch) -> [EncoderAttention?] {
    let encoder = TransformerEncoder(stack: weights.encoder, workspace: workspace)
    let (states, attention) = encoder.encode(batch)
    for (index, (place, options)) in zip(remember(states, batch.lengths), batch.options).enumerated() {
      let ids = batch.ids[(index * batch.longest)..<(index * batch.longest + place.length)]
      let sentence = SourceSentence(place, in: store, output: outputs.plan(options.output, source: ids))
      let captured = options.capture.isDisjoint(with: [.cross, .decoder]) ? nil : Captured(kinds: options.capture)
      rows.append(Row(sentence: sentence, captured: captured))
    }
    cache.append(rows: batch.count)
    recurrent.append(batch.count)
    return attention
  }

  /// Keys and values of the encoder's states (N, D) for each decoder layer.
  private func remember(_ states: UnsafePointer<Float>, _ lengths: [Int]) -> [SourcePlace] {
    let layers = weights.decoder.layers.map(\.crossAttention.keyValue)
    let places = store.occupy(lengths, widths: layers.map(\.outputs))
    guard let first = places.first else { return [] }
    let tokens = lengths.reduce(0, +)
    for (index, layer) in layers.enumerated() {
      layer.apply(states, rows: tokens, into: store.row(first.start, plane: index), scratch: workspace.linear)
    }
    return places
  }

  func select(_ parents: [Int]) {
    cache.select(parents)
    recurrent.select(parents)
    spare.removeAll(keepingCapacity: true)
    for parent in parents { spare.append(rows[parent]) }
    swap(&rows, &spare)
    spare.removeAll(keepingCapacity: true)
  }

  func step(_ tokens: [Int32]) {
    workspace.linear.withTeam { advance(tokens) }
  }

  private func advance(_ tokens: [Int32]) {
    let decoder = weights.decoder
    stepping = tokens.count
    let x = workspace.embed(
      decoder.embedding, rows: stepping, token: { tokens[$0] }, position: { rows[$0].position })
    cache.extend(rows: stepping)
    for row in 0..<stepping {
      rows[row].position += 1
      rows[row].captured?.cross.removeAll(keepingCapacity: true)
      rows[row].captured?.decoder.removeAll(keepingCapacity: true)
    }
    for (index, layer) in decoder.layers.enumerated() {
      switch layer.past {
      case .attention(let attention): attendToPast(attention, x, layer: index)
      case .recurrence(let unit): recur(unit, x, layer: index)
      }
      attendToSource(layer.crossAttention, x, layer: index)
      workspace.run(layer.feedForward, x, rows: stepping)
    }
    decoder.finalNorm?.apply(x, rows: stepping, into: x)
    outputs.read(
      x, rows.prefix(stepping).lazy.map { OutputReader.Row(plan: $0.sentence.output, step: $0.position) },
      scratch: workspace.linear)
  }

  func outcome(row: Int) -> RowOutcome { outputs.outcome(row, rows[row].sentence.output) }

  private func attendToPast(_ layer: SelfAttention, _ x: UnsafeMutablePointer<Float>, layer index: Int) {
    let d = weights.dimension
    let input = layer.residual.enter(x, rows: stepping, workspace: workspace)
    let projected = workspace.projected.reserve(stepping * 3 * d)  // (rows, 3D)
    layer.queryKeyValue.apply(input, rows: stepping, into: projected, scratch: workspace.linear)
    let context = workspace.context.reserve(stepping * d)  // (rows, D)
    let base = cache.base(layer: index)
    for row in 0..<stepping {
      let cells = cache.cells(row: row)
      let count = cells.count
      (base + cache.offset(cells[count - 1])).update(from: projected + row * 3 * d + d, count: 2 * d)
      let scores = workspace.scores.reserve(weights.decoder.heads * count)  // (H, t + 1)
      ck_attend(
        projected + row * 3 * d, base, base + d, cells.baseAddress, 2 * d, count, weights.decoder.heads,
        d / weights.decoder.heads, headScale, scores, context + row * d)
      if let captured = rows[row].captured, captured.kinds.contains(.decoder) {
        rows[row].captured?.decoder += UnsafeBufferPointer(start: scores, count: weights.decoder.heads * count)
      }
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: stepping, workspace: workspace)
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
    let d = weights.dimension
    let input = layer.residual.enter(x, rows: stepping, workspace: workspace)
    let query = workspace.projected.reserve(stepping * d)  // (rows, D)
    layer.query.apply(input, rows: stepping, into: query, scratch: workspace.linear)
    let context = workspace.context.reserve(stepping * d)  // (rows, D)
    for row in 0..<stepping {
      let source = rows[row].sentence
      let keyValues = source.rows(plane: index)
      let scores = workspace.scores.reserve(weights.decoder.heads * source.length)  // (H, S)
      ck_attend(
        query + row * d, keyValues, keyValues + d, nil, 2 * d, source.length, weights.decoder.heads,
        d / weights.decoder.heads, headScale, scores, context + row * d)
      if let captured = rows[row].captured, captured.kinds.contains(.cross) {
        rows[row].captured?.cross += UnsafeBufferPointer(start: scores, count: weights.decoder.heads * source.length)
      }
    }
    layer.residual.leave(x, adding: layer.output, of: context, rows: stepping, workspace: workspace)
  }

  private var headScale: Float { 1 / Float(weights.dimension / weights.decoder.heads).squareRoot() }

  func attention(row: Int, kind: AttentionKind) -> [Float] {
    switch kind {
    case .cross: rows[row].captured?.cross ?? []
    case .decoder: rows[row].captured?.decoder ?? []
    case .encoder: []
    }
  }
}
