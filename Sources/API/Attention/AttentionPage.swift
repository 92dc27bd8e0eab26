import Models
import Translation

/// The `html` format of `/attention`: the explorer of the page at `/` with its data inside, to be kept as a file.
enum AttentionPage {
  private static let page = AssembledPage("page/attention.html")

  /// What the page may do, for the answer's head; the page says it too, for when it is read from a file.
  static var policy: String { page.policy }

  /// - Parameter kinds: in the order they are to stand.
  static func write(_ answer: AttentionAnswer, kinds: [AttentionKind]) -> [UInt8] {
    page.bytes(data: AttentionJSON.write(answer, kinds: kinds))
  }
}
