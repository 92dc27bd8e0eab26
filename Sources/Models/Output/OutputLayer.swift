import Checkpoint
import Tensor

/// From decoder states to logits: over the whole vocabulary, or over the words that a source sentence makes likely.
enum OutputLayer: Sendable {
  case whole(Linear)
  case shortlisted(ShortlistedOutput)

  /// What the rows of one sentence use; nil where that is the whole layer.
  /// - Parameter required: tokens that must be among the candidates.
  func narrowed(to source: ArraySlice<Int32>, required: [Int32]) -> NarrowOutput? {
    guard case .shortlisted(let output) = self else { return nil }
    return output.narrow(Array(source), required: required)
  }
}
