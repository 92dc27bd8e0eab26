/// Which tokens may come next, and when a hypothesis is over.
struct TokenRules {
  let end: Int32
  /// Target tokens at most, end of sentence included.
  let maxLength: Int
  private let forbidden: [Int32]
  private let forcedEnd: Int32?

  init(_ options: DecodingOptions, end: Int32) {
    self.end = end
    maxLength = max(1, options.forcedLength ?? options.maxLength)
    forbidden = options.forbiddenTokens + (options.forcedLength == nil ? [] : [end])
    forcedEnd = options.forcedLength == nil ? options.forcedEndToken : nil
  }

  /// The only token allowed as number `length` (from 0), where there is such a one.
  func forced(at length: Int) -> Int32? { length == maxLength - 1 ? forcedEnd : nil }

  /// Makes forbidden tokens impossible; `scores` (vocabulary).
  func apply(to scores: UnsafeMutablePointer<Float>, vocabulary: Int) {
    for token in forbidden where token >= 0 && token < vocabulary { scores[Int(token)] = -.infinity }
  }

  /// Whether a hypothesis that has just received `token` as its token number `length` (from 1) is over.
  func ends(_ token: Int32, length: Int) -> Bool { token == end || length >= maxLength }

  /// Why a finished hypothesis ended. An end that was forced on it is the limit's doing.
  func reason(_ tokens: [Int32]) -> StopReason {
    tokens.last == end && !(forcedEnd != nil && tokens.count >= maxLength) ? .eos : .length
  }
}
