import Checkpoint
import Tensor

/// From decoder states to logits: over the whole vocabulary, or over the words that a source sentence makes likely.
enum OutputLayer: Sendable {
  /// `screen` finds the likeliest tokens faster, where nothing else is asked for.
  case whole(Linear, screen: OutputScreen?)
  case shortlisted(ShortlistedOutput)

  /// - Parameter table: the word vectors that the layer's weights were made of.
  static func whole(_ layer: Linear, tiedTo table: EmbeddingTable) -> OutputLayer {
    guard case .packed = layer.weight, case .float32(let matrix) = table else { return .whole(layer, screen: nil) }
    return .whole(layer, screen: OutputScreen(layer, weights: matrix))
  }

  /// What the rows of one sentence use; nil where that is the whole layer.
  /// - Parameter required: tokens that must be among the candidates.
  func narrowed(to source: ArraySlice<Int32>, required: [Int32]) -> NarrowOutput? {
    guard case .shortlisted(let output) = self else { return nil }
    return output.narrow(Array(source), required: required)
  }
}
