import Tensor

/// What the decoder reads of an encoded batch: keys and values of every cross-attention, computed once a source.
///
/// Held by the rows that read it, and reused by the session once the last of them has left.
final class SourceMemory {
  private let storage = FloatBuffer()  // (L, N, 2D)
  private var rows = 0
  private var width = 0

  /// Floats that fit without more memory.
  var capacity: Int { storage.capacity }

  /// Floats for the states of so many tokens.
  static func size(_ layers: [DecoderLayer], rows: Int) -> Int {
    layers.count * rows * (layers.first?.crossAttention.keyValue.outputs ?? 0)
  }

  /// Projects the encoder's states (N, D) for each decoder layer.
  func fill(_ layers: [DecoderLayer], states: UnsafePointer<Float>, rows: Int, scratch: LinearScratch) {
    self.rows = rows
    width = layers.first?.crossAttention.keyValue.outputs ?? 0
    storage.reserve(Self.size(layers, rows: rows))
    for (index, layer) in layers.enumerated() {
      layer.crossAttention.keyValue.apply(
        states, rows: rows, into: storage.base + index * rows * width, scratch: scratch)
    }
  }

  /// Keys and values (S, 2D) of the sentence whose first token is row `start`.
  func keyValues(layer: Int, start: Int) -> UnsafePointer<Float> {
    UnsafePointer(storage.base + (layer * rows + start) * width)
  }
}
