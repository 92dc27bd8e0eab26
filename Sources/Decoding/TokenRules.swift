import Foundation
import Models

/// The rules of a request: which tokens can come next, and when a hypothesis is over.
struct TokenRules {
  let end: Int32
  /// Greatest number of target tokens, end of sentence included.
  let maxLength: Int
  /// Whether the score of a token depends on the tokens before it.
  let readsHistory: Bool
  private let start: Int32
  private let forbidden: [Int32]
  private let prefix: [Int32]
  private let forcedEnd: Int32?
  private let minLength: Int
  private let renormalize: Bool
  private let uniqueRun: Int
  private let penalty: Float
  private let suppressed: SuppressedWords?

  /// - Parameter start: the model's own start token.
  init(_ options: DecodingOptions, start: Int32, end: Int32) {
    self.end = end
    self.start = options.startToken ?? start
    maxLength = max(1, options.forcedLength ?? options.maxLength)
    minLength = options.forcedLength ?? options.minLength
    forbidden = options.forbiddenTokens
    renormalize = options.renormalize
    uniqueRun = options.uniqueRun
    penalty = options.repetitionPenalty
    suppressed = options.suppressed
    readsHistory = options.uniqueRun > 0 || options.repetitionPenalty != 1 || options.suppressed != nil
    leadCount = options.forcedStartToken == nil ? 0 : 1
    prefix = (options.forcedStartToken.map { [$0] } ?? []) + options.prefix
    forcedEnd = options.forcedLength == nil ? options.forcedEndToken : nil
  }

  /// The request to make of each step.
  ///
  /// Repeats are tokens that were produced before, so that as many more as there are tokens before are enough.
  /// - Parameter best: number of the likeliest allowed tokens.
  func request(best: Int, normalize: Bool) -> OutputRequest {
    var request = OutputRequest(
      best: best + (suppressed?.spareTokens ?? 0),
      normalizer: normalize ? (renormalize ? .allowed : .all) : .none, forbidden: forbidden, minLength: minLength)
    request.growth = uniqueRun > 0 || penalty != 1 ? 1 : 0
    return request
  }

  /// The only token allowed as number `length` (from 0); nil if several are.
  func forced(at length: Int) -> Int32? {
    if length == maxLength - 1, let forcedEnd { return forcedEnd }
    return length < prefix.count ? prefix[length] : nil
  }

  /// Whether a hypothesis that has just received `token` as its token number `length` (from 1) is over.
  func ends(_ token: Int32, length: Int) -> Bool { token == end || length >= maxLength }

  /// Number of first tokens that are forced.
  var prefixCount: Int { prefix.count }

  /// Number of first tokens that name the language.
  let leadCount: Int

  /// The reason why a finished hypothesis ended. An end that was forced counts as the limit.
  func reason(_ tokens: [Int32]) -> StopReason {
    tokens.last == end && !(forcedEnd != nil && tokens.count >= maxLength) ? .eos : .length
  }

  // MARK: Scores

  /// A token that can come next.
  struct Candidate {
    var token: Int32
    /// The logit or the log-probability.
    var value: Float
    /// The value as the rules have changed it.
    var score: Float
  }

  /// The tokens that can follow, the greatest score first. If none can, the sentence ends.
  /// - Parameters:
  ///   - tokens: those of the hypothesis so far.
  ///   - normalizer: the number that makes logits log-probabilities; 0 leaves them.
  func candidates(_ outcome: RowOutcome, after tokens: [Int32], normalizer: Float) -> [Candidate] {
    let history = TokenHistory([start] + tokens, uniqueRun: uniqueRun, isPenalized: penalty != 1)
    let tail = suppressed?.tail(of: tokens)
    var found: [Candidate] = []
    /// The probability that the rules take away.
    var lost: Float = 0
    for rank in 0..<outcome.count where outcome.logit(rank) > -.infinity {
      let (token, value) = (outcome.token(rank), outcome.logit(rank) - normalizer)
      let isSuppressed = tail.map { token != end && suppressed?.complete(token, after: $0) ?? false } ?? false
      if isSuppressed || history.ends.contains(token) {
        lost += exp(value)
        continue
      }
      let isPenalized = history.tokens.contains(token)
      let score = isPenalized ? (value > 0 ? value / penalty : value * penalty) : value
      if isPenalized { lost += exp(value) - exp(score) }
      found.append(Candidate(token: token, value: value, score: score))
    }
    if found.isEmpty { return [Candidate(token: end, value: outcome.normalizer - normalizer, score: 0)] }
    if renormalize, normalizer != 0, lost > 0 {
      let shift = log(max(1 - lost, .leastNormalMagnitude))
      for index in found.indices { found[index].score -= shift }
    }
    // A penalty can change the order; the sort must be stable.
    guard penalty != 1 else { return found }
    return found.enumerated().sorted { one, other in
      (one.element.score, other.offset) > (other.element.score, one.offset)
    }.map(\.element)
  }
}

/// The tokens of a hypothesis as the rules about repetition see them.
private struct TokenHistory {
  /// Empty unless tokens are penalized for being there.
  let tokens: Set<Int32>
  /// Tokens that would end a run of `uniqueRun` tokens that was there before.
  let ends: Set<Int32>

  init(_ all: [Int32], uniqueRun: Int, isPenalized: Bool) {
    tokens = isPenalized ? Set(all) : []
    guard uniqueRun > 0, all.count >= uniqueRun else {
      ends = []
      return
    }
    let last = all.suffix(uniqueRun - 1)
    var ends: Set<Int32> = []
    for start in 0...all.count - uniqueRun where all[start..<start + uniqueRun - 1].elementsEqual(last) {
      ends.insert(all[start + uniqueRun - 1])
    }
    self.ends = ends
  }
}
