import Tokenization

/// The text of one row's tokens while they come to be, cut into parts that can no longer change.
///
/// A token's part may be empty: a byte of a character that is not whole yet, a space at the end, a special token. What
/// it stands for is in the part of a later token.
struct GrowingText {
  /// Tokens that are decoded again with each new one, so that a long text costs no more a token than a short one.
  private static let context = 16
  private static let malformed = Array("\u{FFFD}".utf8)

  private let tokenizer: any Tokenizer
  private(set) var tokens: [Int32] = []
  /// UTF-8 of all parts so far.
  private(set) var given: [UInt8] = []
  /// The first token that is still decoded, and how many bytes of what those become were given.
  private var start = 0
  private var settled = 0

  init(_ tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
  }

  mutating func append(_ token: Int32) -> String {
    tokens.append(token)
    let bytes = Array(tokenizer.decode(Array(tokens[start...])).utf8)
    // A character whose last bytes are missing reads as malformed, and so does one that is.
    var stable = bytes[...]
    while stable.suffix(Self.malformed.count).elementsEqual(Self.malformed) {
      stable.removeLast(Self.malformed.count)
    }
    guard stable.count > settled else { return "" }
    let part = stable[settled...]
    settled = stable.count
    given += part
    if stable.count == bytes.count { moveOn() }
    return String(decoding: part, as: UTF8.self)
  }

  /// What is missing of the whole text; nothing where it does not begin with what was given.
  mutating func finish(_ whole: String) -> String {
    let bytes = Array(whole.utf8)
    guard bytes.starts(with: given) else { return "" }
    defer { given = bytes }
    return String(decoding: bytes[given.count...], as: UTF8.self)
  }

  /// Leaves early tokens behind, where those that stay say something and can not be misread without them.
  private mutating func moveOn() {
    guard tokens.count - start >= 2 * Self.context else { return }
    let next = tokens.count - Self.context
    let bytes = Array(tokenizer.decode(Array(tokens[next...])).utf8)
    guard !bytes.isEmpty, !bytes.suffix(Self.malformed.count).elementsEqual(Self.malformed) else { return }
    start = next
    settled = bytes.count
  }
}
