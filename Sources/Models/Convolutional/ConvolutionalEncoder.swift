import CKernels
import Tensor

/// The encoder's pass over a batch. Sentences lie behind one another without padding; what a window would see beyond its
/// own sentence is zero.
struct ConvolutionalEncoder {
  let stack: ConvolutionalStack<GatedConvolution>
  let workspace: ConvolutionalWorkspace

  /// - Parameters:
  ///   - keys: (N, E)
  ///   - values: (N, E)
  func encode(
    _ batch: SourceBatch, keys: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>
  ) {
    let places = batch.places
    let rows = places.count
    let (embedded, x) = workspace.enter(stack, rows: rows) { row in
      (batch.ids[places[row].sentence * batch.longest + places[row].position], places[row].position)
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

  /// Of each position its neighbours on both sides (N, W·C).
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
