import Translation

/// A text and its translation cut into the same sentences, each with the white space after it.
struct SentenceParts {
  let sources: [String]
  let targets: [String]

  /// - Parameter text: the source, without tags; a text with tags is one sentence.
  init(_ text: String, _ translated: TranslatedText) {
    let sources = Self.parts(of: text, startingAt: translated.sentences.map(\.sourceStart))
    let targets = Self.parts(of: translated.text, startingAt: translated.sentences.map(\.targetStart))
    let fit = sources.map(\.count) == targets.map(\.count)
    self.sources = fit ? sources ?? [text] : [text]
    self.targets = fit ? targets ?? [translated.text] : [translated.text]
  }

  /// The parts of a text that begin at UTF-8 offsets; nil if the offsets are not of this text.
  private static func parts(of text: String, startingAt starts: [Int]) -> [String]? {
    let bytes = Array(text.utf8)
    var bounds = [0] + starts.dropFirst() + [bytes.count]
    bounds = starts.isEmpty ? [0, bytes.count] : bounds
    guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
    var parts: [String] = []
    for (start, end) in zip(bounds, bounds.dropFirst()) {
      guard let part = String(validating: bytes[start..<end], as: UTF8.self) else { return nil }
      parts.append(part)
    }
    return parts
  }
}
