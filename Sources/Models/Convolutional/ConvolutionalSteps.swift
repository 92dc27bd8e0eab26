import CKernels
import Tensor

/// One worker's half of a convolutional model: of each row the last inputs of every layer, and how a step uses them.
final class ConvolutionalSteps: SequenceSteps {
  private let weights: ConvolutionalWeights
  private let workspace = ConvolutionalWorkspace()
  let store = SourceStore()
  private var past: RecurrentStates  // (L, rows, (W - 1)·C), the oldest first; zeros before the start
  private var rowCount = 0
  /// Rows that the step under way is of.
  private var stepping = 0

  init(_ weights: ConvolutionalWeights) {
    self.weights = weights
    let layer = weights.decoder.layers.first?.convolution
    past = RecurrentStates(
      layers: weights.decoder.layers.count, dimension: layer.map { ($0.width - 1) * $0.channels } ?? 0)
  }

  var scratch: LinearScratch { workspace.linear }

  private var width: Int { weights.decoder.projectOut.outputs }  // E

  func admit(_ batch: SourceBatch) -> [SourcePlace] {
    let places = store.occupy(batch.lengths, widths: [width, width])
    guard let first = places.first else { return [] }
    ConvolutionalEncoder(stack: weights.encoder, workspace: workspace)
      .encode(batch, keys: store.row(first.start, plane: 0), values: store.row(first.start, plane: 1))
    past.append(batch.count)
    rowCount += batch.count
    return places
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

  /// Each row's past and present (rows, W·C); the past moves on by one.
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

  /// What each row sees of its source (rows, E), times the root of how many positions it is the mean of.
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
        scores, context + row * width)
      ck_scale(context + row * width, Float(source.length).squareRoot(), width)
      if recorder.isActive {
        recorder.record(.cross, row: row, layer: index, scores, heads: 1, keys: source.length)
      }
    }
    return UnsafePointer(context)
  }
}
