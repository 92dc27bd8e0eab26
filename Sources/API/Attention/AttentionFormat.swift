import Models
import Translation

/// The shapes that the weights of an answer are given in.
package enum AttentionFormat: String, CaseIterable, Sendable {
  /// The server's own (api.md).
  case json
  /// What the views of BertViz read.
  case bertviz
  /// An archive of NumPy arrays.
  case npz
  /// The explorer with the weights inside, one page that needs nothing else.
  case html

  /// - Parameter kinds: in the order they are to stand; empty for those that the answer has.
  package func bytes(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    let asked = kinds.isEmpty ? AttentionKind.allCases : kinds
    let present = asked.filter { answer.weights[$0] != nil }
    switch self {
    case .json: return AttentionJSON.write(answer, kinds: present)
    case .bertviz: return AttentionBertViz.write(answer, kinds: present)
    case .npz: return AttentionArchive.write(answer, kinds: present)
    case .html: return AttentionPage.write(answer, kinds: present)
    }
  }
}
