import Decoding
import Foundation
import Tokenization

/// The texts that a model's target tokens add to a translation, each found when it is first asked for.
// @unchecked: `texts` is only touched under `lock`, all else is constant.
final class VocabularyTexts: TokenTexts, @unchecked Sendable {
  private let tokenizer: any Tokenizer
  /// A token of a whole word, after which another is read.
  private let anchor: (token: Int32, text: String)?
  private let lock = NSLock()
  private var texts: [Int32: String] = [:]

  init(_ tokenizer: any Tokenizer) {
    self.tokenizer = tokenizer
    anchor =
      ["a", "1", "一", "а", "ا"].lazy.compactMap { text -> (token: Int32, text: String)? in
        for token in tokenizer.encodeTarget(text).ids {
          let read = tokenizer.decode([token])
          if read == text { return (token, read) }
        }
        return nil
      }.first
  }

  func text(of token: Int32) -> String {
    if let known = lock.withLock({ texts[token] }) { return known }
    let text = read(token)
    lock.withLock { texts[token] = text }
    return text
  }

  private func read(_ token: Int32) -> String {
    guard let anchor else { return tokenizer.decode([token]) }
    let both = tokenizer.decode([anchor.token, token])
    guard both.hasPrefix(anchor.text) else { return "" }
    let text = String(both.dropFirst(anchor.text.count))
    if text.isEmpty { return space(token, anchor) }
    return text.unicodeScalars.contains("\u{FFFD}") ? "" : text
  }

  /// The text of a token that is a space, which only a sign after it shows; empty if the token is none.
  private func space(_ token: Int32, _ anchor: (token: Int32, text: String)) -> String {
    let whole = anchor.text + "."
    guard
      let mark = tokenizer.encodeTarget(whole).ids.first(where: { tokenizer.decode([anchor.token, $0]) == whole }),
      case let text = tokenizer.decode([anchor.token, token, mark]), text.hasPrefix(anchor.text), text.hasSuffix(".")
    else { return "" }
    let space = text.dropFirst(anchor.text.count).dropLast()
    return space.allSatisfy(\.isWhitespace) ? String(space) : ""
  }
}
