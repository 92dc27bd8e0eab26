import CKernels
import Checkpoint
import Tensor

/// One worker's half of a recurrent model: the states of each row, and the steps that change them.
final class RecurrentSteps: SequenceSteps {
  private let weights: RecurrentWeights
  private let workspace = RecurrentWorkspace()
  let store = SourceStore()
  private var hidden: RecurrentStates  // (L, rows, H)
  private var cell: RecurrentStates  // (L, rows, H) of an LSTM
  private var fed: RecurrentStates  // (1, rows, R) where the readout is fed back
  private var rowCount = 0
  /// Rows of the current step.
  private var stepping = 0

  init(_ weights: RecurrentWeights) {
    self.weights = weights
    let size = weights.decoder.first?.size ?? 0
    hidden = RecurrentStates(layers: weights.decoder.count, dimension: size)
    cell = RecurrentStates(layers: weights.decoder.count, dimension: size)
    fed = RecurrentStates(layers: weights.feedsReadout ? 1 : 0, dimension: weights.outputSize)
  }

  var scratch: LinearScratch { workspace.linear }

  // MARK: Rows

  func admit(_ batch: SourceBatch) -> [SourceRows] {
    let order = TimeMajorBatch(lengths: batch.lengths)
    let states = RecurrentEncoder(stack: weights.encoder, workspace: workspace).encode(batch, order)
    hidden.append(batch.count)
    cell.append(batch.count)
    fed.append(batch.count)
    for layer in weights.decoder.indices { start(layer, batch.count) }
    rowCount += batch.count
    return store(states, order, batch.lengths)
  }

  /// Sets the decoder's first states of a layer from the encoder's last ones.
  private func start(_ layer: Int, _ count: Int) {
    let width = weights.encoder.outputs
    let size = weights.decoder[layer].size
    let finalHidden = workspace.finalHidden.base + layer * count * width  // (B, K)
    let finalCell = workspace.finalCell.base + layer * count * width
    let firstHidden = hidden.base(layer: layer) + rowCount * size  // (B, H)
    let firstCell = cell.base(layer: layer) + rowCount * size
    guard let bridge = weights.bridge?[layer] else {
      firstHidden.update(from: finalHidden, count: count * size)
      firstCell.update(from: finalCell, count: count * size)
      return
    }
    bridge.hidden.multiply(finalHidden, rows: count, into: firstHidden, scratch: scratch)
    ck_add_bias_tanh(firstHidden, bridge.hidden.bias, count, size)
    bridge.cell?.apply(finalCell, rows: count, into: firstCell, scratch: scratch)
  }

  /// Stores the encoder's states (N, K) of every sentence, and the keys (N, A) if they differ from the states.
  private func store(
    _ states: UnsafePointer<Float>, _ order: TimeMajorBatch, _ lengths: [Int]
  ) -> [SourceRows] {
    guard let attention = weights.attention else { return store.occupy(lengths, widths: []) }
    let width = weights.encoder.outputs
    let widths = [width] + (attention.key.map { [$0.outputs] } ?? [])
    let sentences = store.occupy(lengths, widths: widths)
    guard let first = sentences.first else { return [] }
    let plane = store.row(0, plane: 0)
    for (position, rows) in order.steps.enumerated() {
      for (rank, row) in rows.enumerated() {
        let to = sentences[order.sentences[rank]].start + position
        (plane + to * width).update(from: states + row * width, count: width)
      }
    }
    attention.key?.apply(
      plane + first.start * width, rows: order.rows, into: store.row(first.start, plane: 1), scratch: scratch)
    return sentences
  }

  func select(_ parents: [Int]) {
    hidden.select(parents)
    cell.select(parents)
    fed.select(parents)
    rowCount = parents.count
  }

  // MARK: Steps

  func advance(_ tokens: [Int32], _ rows: [DecoderRow], _ recorder: StepRecorder) -> UnsafePointer<Float> {
    stepping = tokens.count
    let top = weights.decoder.count - 1
    var context: UnsafePointer<Float>?
    if let attention = weights.attention, attention.additive != nil {
      context = attend(attention, hidden.base(layer: top), rows, recorder)  // Bahdanau's attends before it steps
    }
    recur(input(tokens, fed: context))
    let state = UnsafePointer(hidden.base(layer: top))
    if let attention = weights.attention, attention.additive == nil {
      context = attend(attention, state, rows, recorder)  // Luong's steps, then attends
    }
    let read = readOut(state, context)
    if weights.feedsReadout { fed.base(layer: 0).update(from: read, count: stepping * weights.outputSize) }
    return read
  }

  /// The input of the first layer (rows, E + F): the token's vector, then the context or the last readout.
  private func input(_ tokens: [Int32], fed context: UnsafePointer<Float>?) -> UnsafePointer<Float> {
    let width = weights.embedding.table.dimension
    let tail = context ?? (weights.feedsReadout ? UnsafePointer(fed.base(layer: 0)) : nil)
    let tailWidth = tail == nil ? 0 : context == nil ? weights.outputSize : weights.encoder.outputs
    let x = workspace.input.reserve(stepping * (width + tailWidth))
    for (row, token) in tokens.enumerated() {
      let to = x + row * (width + tailWidth)
      weights.embedding.read(token, position: 0, into: to)
      if let tail { (to + width).update(from: tail + row * tailWidth, count: tailWidth) }
    }
    return UnsafePointer(x)
  }

  private func recur(_ input: UnsafePointer<Float>) {
    var x = input
    for (layer, unit) in weights.decoder.enumerated() {
      let products = workspace.products.reserve(stepping * unit.input.outputs)  // (rows, G·H)
      unit.input.apply(x, rows: stepping, into: products, scratch: scratch)
      unit.step(
        products, hidden: hidden.base(layer: layer), cell: cell.base(layer: layer), rows: stepping,
        workspace: workspace)
      x = UnsafePointer(hidden.base(layer: layer))
    }
  }

  /// - Parameter state: (rows, H)
  /// - Returns: what each row sees of its source (rows, K).
  private func attend(
    _ attention: SourceAttention, _ state: UnsafePointer<Float>, _ rows: [DecoderRow], _ recorder: StepRecorder
  ) -> UnsafePointer<Float> {
    var query = state
    var width = weights.decoder.last?.size ?? 0
    if let additive = attention.additive {
      width = additive.query.outputs
      let projected = workspace.query.reserve(stepping * width)
      additive.query.multiply(state, rows: stepping, into: projected, scratch: scratch)
      query = UnsafePointer(projected)
    }
    let size = weights.encoder.outputs
    let context = workspace.context.reserve(stepping * size)
    for row in 0..<stepping {
      let source = rows[row].sentence
      let states = source.rows(plane: 0)  // (S, K)
      let keys = attention.key == nil ? states : source.rows(plane: 1)  // (S, width)
      let scores = workspace.scores.reserve(source.length)  // (S)
      if let additive = attention.additive {
        ck_additive_scores(query + row * width, keys, additive.score, source.length, width, scores)
      } else {
        ck_dot_scores(query + row * width, keys, source.length, width, scores)
      }
      rows[row].addBias(to: scores)
      ck_softmax(scores, 1, source.length, source.length)
      ck_multiply(scores, source.length, states, size, 1, size, source.length, context + row * size, size)
      if recorder.isActive {
        recorder.record(.cross, row: row, layer: 0, scores, heads: 1, keys: source.length)
      }
    }
    return UnsafePointer(context)
  }

  /// The states that the output layer reads (rows, R).
  private func readOut(_ state: UnsafePointer<Float>, _ context: UnsafePointer<Float>?) -> UnsafePointer<Float> {
    guard let readout = weights.readout else { return state }
    let size = weights.decoder.last?.size ?? 0
    let y = workspace.readout.reserve(stepping * readout.outputs)
    readout.multiply(join(state, size, context), rows: stepping, into: y, scratch: scratch)
    ck_add_bias_tanh(y, readout.bias, stepping, readout.outputs)
    return UnsafePointer(y)
  }

  /// [h ; context] (rows, H + K), or h if there is no context.
  private func join(
    _ state: UnsafePointer<Float>, _ size: Int, _ context: UnsafePointer<Float>?
  ) -> UnsafePointer<Float> {
    guard let context else { return state }
    let width = weights.encoder.outputs
    let joined = workspace.joined.reserve(stepping * (size + width))
    for row in 0..<stepping {
      let to = joined + row * (size + width)
      to.update(from: state + row * size, count: size)
      (to + size).update(from: context + row * width, count: width)
    }
    return UnsafePointer(joined)
  }
}
