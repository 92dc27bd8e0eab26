import CKernels
import Tensor

/// One worker's half of a convolutional model: of each row the last inputs of every layer, and how a step uses them.
final class ConvolutionalSteps: SequenceSteps {
  private let weights: ConvolutionalWeights
  private let workspace = ConvolutionalWorkspace()
  let store = SourceStore()
  private var past: RecurrentStates  // (L, rows, (W - 1)·C), the oldest first; zeros before the start
  private var rowCount = 0

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

  func advance(_ tokens: [Int32], _ rows: inout [SequenceRow]) -> UnsafePointer<Float> {
    let (embedded, x) = workspace.enter(weights.decoder, rows: rowCount) { (tokens[$0], rows[$0].position - 1) }
    for (index, layer) in weights.decoder.layers.enumerated() {
      let channels = layer.convolution.channels
      let gated = workspace.gated.reserve(rowCount * channels)
      layer.convolution.apply(
        windows(layer.convolution, x, layer: index), rows: rowCount, into: gated, workspace: workspace)
      let context = attend(layer, gated, embedded, &rows)
      let projected = workspace.projected.reserve(rowCount * channels)
      layer.out.apply(context, rows: rowCount, into: projected, scratch: scratch)
      ck_blend(gated, projected, rowCount * channels)
      ck_blend(x, gated, rowCount * channels)
    }
    let y = workspace.projected.reserve(rowCount * width)
    weights.decoder.projectOut.apply(x, rows: rowCount, into: y, scratch: scratch)
    return UnsafePointer(y)
  }

  /// Each row's past and present (rows, W·C); the past moves on by one.
  private func windows(
    _ layer: GatedConvolution, _ x: UnsafePointer<Float>, layer index: Int
  ) -> UnsafePointer<Float> {
    let channels = layer.channels
    let kept = (layer.width - 1) * channels
    let windows = workspace.windows.reserve(rowCount * (kept + channels))
    for row in 0..<rowCount {
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
    _ layer: AttendingConvolution, _ states: UnsafePointer<Float>, _ embedded: UnsafePointer<Float>,
    _ rows: inout [SequenceRow]
  ) -> UnsafePointer<Float> {
    let query = workspace.query.reserve(rowCount * width)
    layer.query.apply(states, rows: rowCount, into: query, scratch: scratch)
    ck_blend(query, embedded, rowCount * width)
    let context = workspace.context.reserve(rowCount * width)
    for row in rows.indices {
      let source = rows[row].sentence
      let scores = workspace.scores.reserve(source.length)  // (S)
      ck_attend(
        query + row * width, source.rows(plane: 0), source.rows(plane: 1), nil, width, source.length, 1, width, 1,
        scores, context + row * width)
      ck_scale(context + row * width, Float(source.length).squareRoot(), width)
      rows[row].keep(scores)
    }
    return UnsafePointer(context)
  }
}
