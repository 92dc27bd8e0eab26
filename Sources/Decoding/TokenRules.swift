import Models

/// The rules of a request: which tokens can come next, and when a hypothesis is over.
struct TokenRules {
  let end: Int32
  /// Greatest number of target tokens, end of sentence included.
  let maxLength: Int
  private let forbidden: [Int32]
  private let forcedStart: Int32?
  private let forcedEnd: Int32?
  private let minLength: Int
  private let renormalize: Bool
  private let uniqueRun: Int
  /// Tokens asked for beyond those that are needed, to take the place of repeats.
  private static let spare = 8

  init(_ options: DecodingOptions, end: Int32) {
    self.end = end
    maxLength = max(1, options.forcedLength ?? options.maxLength)
    minLength = options.forcedLength ?? options.minLength
    forbidden = options.forbiddenTokens
    renormalize = options.renormalize
    uniqueRun = options.uniqueRun
    forcedStart = options.forcedStartToken
    forcedEnd = options.forcedLength == nil ? options.forcedEndToken : nil
  }

  /// The request to make of each step.
  /// - Parameter best: number of the likeliest allowed tokens.
  func request(best: Int, normalize: Bool) -> OutputRequest {
    OutputRequest(
      best: best + (forbidsRepeats ? Self.spare : 0),
      normalizer: normalize ? (renormalize ? .allowed : .all) : .none, forbidden: forbidden, minLength: minLength)
  }

  var forbidsRepeats: Bool { uniqueRun > 0 }

  /// Whether the last tokens and `token` after them would repeat an earlier run of `uniqueRun` tokens.
  func repeats(_ token: Int32, after tokens: [Int32]) -> Bool {
    guard forbidsRepeats, tokens.count >= uniqueRun else { return false }
    let last = tokens.suffix(uniqueRun - 1)
    return (0...tokens.count - uniqueRun).contains { start in
      tokens[start + uniqueRun - 1] == token && tokens[start..<start + uniqueRun - 1].elementsEqual(last)
    }
  }

  /// The only token allowed as number `length` (from 0); nil if several are.
  func forced(at length: Int) -> Int32? {
    if length == maxLength - 1, let forcedEnd { return forcedEnd }
    return length == 0 ? forcedStart : nil
  }

  /// Whether a hypothesis that has just received `token` as its token number `length` (from 1) is over.
  func ends(_ token: Int32, length: Int) -> Bool { token == end || length >= maxLength }

  /// The reason why a finished hypothesis ended. An end that was forced counts as the limit.
  func reason(_ tokens: [Int32]) -> StopReason {
    tokens.last == end && !(forcedEnd != nil && tokens.count >= maxLength) ? .eos : .length
  }
}
