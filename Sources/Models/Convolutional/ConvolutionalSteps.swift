import CKernels
import Tensor

/// The encoder's pass over a batch. Sentences lie one after the other without padding. Positions of a window beyond its
/// own sentence are zeros.
struct ConvolutionalEncoder {
  let stack: ConvolutionalStack<GatedConvolution>
  let workspace: ConvolutionalWorkspace

  /// Writes the keys and values of the batch's N tokens.
  /// - Parameters:
  ///   - keys: (N, E)
  ///   - values: (N, E)
  func encode(
    _ batch: SourceBatch, keys: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    let tokens = batch.tokenPositions
    let rows = tokens.count
    let (embedded, x) = workspace.enter(stack, rows: rows) { row in
      (batch.ids[tokens[row].sentence * batch.longest + tokens[row].position], tokens[row].position)
    }
    for layer in stack.layers {
      let gated = workspace.gated.reserve(rows * layer.channels)
      layer.apply(windows(layer, x, batch.lengths, rows), rows: rows, into: gated, workspace: workspace)
      ck_blend(x, gated, rows * layer.channels)
    }
    stack.projectOut.apply(x, rows: rows, into: keys, scratch: workspace.linear)
    values.update(from: keys, count: rows * stack.projectOut.outputs)
    ck_blend(values, embedded, rows * stack.projectOut.outputs)
  }

  /// The window of each position, with neighbours on both sides (N, W·C).
  private func windows(
    _ layer: GatedConvolution, _ x: UnsafePointer<Float>, _ lengths: [Int], _ rows: Int
  ) -> UnsafePointer<Float> {
    let (channels, width) = (layer.channels, layer.width)
    let windows = workspace.windows.reserve(rows * width * channels)
    windows.update(repeating: 0, count: rows * width * channels)
    var start = 0
    for length in lengths {
      for position in 0..<length {
        let first = max(0, position - width / 2)
        let end = min(length, position + width / 2 + 1)
        let to = windows + ((start + position) * width + first - (position - width / 2)) * channels
        to.update(from: x + (start + first) * channels, count: (end - first) * channels)
      }
      start += length
    }
    return UnsafePointer(windows)
  }
}

// MARK: Decoder

/// One worker's half of a convolutional model: the last inputs of every layer for each row, and the steps that use them.
final class ConvolutionalSteps: SequenceSteps {
  private let weights: ConvolutionalWeights
  private let workspace = ConvolutionalWorkspace()
  let store = SourceStore()
  private var past: RecurrentStates  // (L, rows, (W - 1)·C), the oldest first; zeros before the start
  private var rowCount = 0
  /// Rows of the current step.
  private var stepping = 0

  init(_ weights: ConvolutionalWeights) {
    self.weights = weights
    let layer = weights.decoder.layers.first?.convolution
    past = RecurrentStates(
      layers: weights.decoder.layers.count, dimension: layer.map { ($0.width - 1) * $0.channels } ?? 0)
  }

  var scratch: LinearScratch { workspace.linear }

  private var width: Int { weights.decoder.projectOut.outputs }  // E

  func admit(_ batch: SourceBatch) -> [SourceRows] {
    let sources = store.occupy(batch.lengths, widths: [width, width])
    guard let first = sources.first else { return [] }
    ConvolutionalEncoder(stack: weights.encoder, workspace: workspace)
      .encode(batch, keys: store.row(first.start, plane: 0), values: store.row(first.start, plane: 1))
    past.append(batch.count)
    rowCount += batch.count
    return sources
  }

  func select(_ parents: [Int]) {
    past.select(parents)
    rowCount = parents.count
  }

  func advance(_ tokens: [Int32], _ rows: [DecoderRow], _ recorder: StepRecorder) -> UnsafePointer<Float> {
    stepping = tokens.count
    let (embedded, x) = workspace.enter(weights.decoder, rows: stepping) { (tokens[$0], rows[$0].position - 1) }
    for (index, layer) in weights.decoder.layers.enumerated() {
      let channels = layer.convolution.channels
      let gated = workspace.gated.reserve(stepping * channels)
      layer.convolution.apply(
        windows(layer.convolution, x, layer: index), rows: stepping, into: gated, workspace: workspace)
      let context = attend(layer, index, gated, embedded, rows, recorder)
      let projected = workspace.projected.reserve(stepping * channels)
      layer.out.apply(context, rows: stepping, into: projected, scratch: scratch)
      ck_blend(gated, projected, stepping * channels)
      ck_blend(x, gated, stepping * channels)
    }
    let y = workspace.projected.reserve(stepping * width)
    weights.decoder.projectOut.apply(x, rows: stepping, into: y, scratch: scratch)
    return UnsafePointer(y)
  }

  /// Joins each row's past and present (rows, W·C) and moves the past on by one.
  private func windows(
    _ layer: GatedConvolution, _ x: UnsafePointer<Float>, layer index: Int
  ) -> UnsafePointer<Float> {
    let channels = layer.channels
    let kept = (layer.width - 1) * channels
    let windows = workspace.windows.reserve(stepping * (kept + channels))
    for row in 0..<stepping {
      let window = windows + row * (kept + channels)
      let own = past.base(layer: index) + row * kept
      window.update(from: own, count: kept)
      (window + kept).update(from: x + row * channels, count: channels)
      own.update(from: window + channels, count: kept)
    }
    return UnsafePointer(windows)
  }

  /// The attended source of each row (rows, E), times the square root of the number of its positions.
  private func attend(
    _ layer: AttendingConvolution, _ index: Int, _ states: UnsafePointer<Float>, _ embedded: UnsafePointer<Float>,
    _ rows: [DecoderRow], _ recorder: StepRecorder
  ) -> UnsafePointer<Float> {
    let query = workspace.query.reserve(stepping * width)
    layer.query.apply(states, rows: stepping, into: query, scratch: scratch)
    ck_blend(query, embedded, stepping * width)
    let context = workspace.context.reserve(stepping * width)
    for row in 0..<stepping {
      let source = rows[row].sentence
      let scores = workspace.scores.reserve(source.length)  // (S)
      ck_attend(
        query + row * width, source.rows(plane: 0), source.rows(plane: 1), nil, width, source.length, 1, width, 1,
        rows[row].biases(in: workspace.biases), scores, context + row * width)
      ck_scale(context + row * width, Float(source.length).squareRoot(), width)
      if recorder.isActive {
        recorder.record(.cross, row: row, layer: index, scores, heads: 1, keys: source.length)
      }
    }
    return UnsafePointer(context)
  }
}
