import Foundation
import Models

/// Takes the likeliest token each step; or, where a target is given, that target's tokens.
final class GreedySearch: Search {
  private let options: DecodingOptions
  private let rules: TokenRules
  private var trace: Trace
  private var leaf = Trace.root
  /// The last token that was told.
  private var told = Trace.root
  private var length = 0
  private var total: Float = 0

  init(_ request: DecodingRequest, end: Int32) {
    options = request.options
    rules = TokenRules(options, end: end)
    trace = Trace(request)
  }

  var output: OutputRequest {
    if let target = options.forcedTarget { return OutputRequest(normalizer: .all, target: target) }
    return rules.request(best: 1, normalize: options.logProbs)
  }

  func advance(_ step: StepOutput, into continuations: inout [Continuation]) {
    let (token, logProb) = next(step.row(0))
    let parent = leaf
    leaf = trace.add(
      token, after: parent, logProb: logProb, attention: options.capture.isNone ? nil : step.attention(row: 0))
    trace.release(parent)
    length += 1
    total += logProb
    if !isOver(token) { continuations.append(Continuation(parent: 0, token: token)) }
  }

  private func next(_ outcome: RowOutcome) -> (Int32, Float) {
    if let target = options.forcedTarget { return (target[length], outcome.target - outcome.normalizer) }
    if let forced = rules.forced(at: length) { return (forced, 0) }
    let rank = rank(outcome)
    return (outcome.token(rank), options.logProbs ? outcome.logit(rank) - outcome.normalizer : 0)
  }

  /// Of the likeliest token that does not repeat what was said; where all do, of the likeliest.
  private func rank(_ outcome: RowOutcome) -> Int {
    guard rules.forbidsRepeats else { return 0 }
    let tokens = trace.tokens(to: leaf)
    return (0..<outcome.count).first {
      outcome.logit($0) > -.infinity && !rules.repeats(outcome.token($0), after: tokens)
    } ?? 0
  }

  private func isOver(_ token: Int32) -> Bool {
    if let target = options.forcedTarget { return length == target.count }
    return rules.ends(token, length: length)
  }

  func takeSettled() -> [Int32] {
    defer { told = leaf }
    return trace.tokens(to: leaf, after: told)
  }

  func finish(cancelled: Bool) -> DecodingResult {
    let tokens = trace.tokens(to: leaf)
    let hypothesis = Hypothesis(
      tokens: tokens, logProbs: options.logProbs ? trace.logProbs(to: leaf) : [],
      score: normalized(total, length: length, penalty: options.lengthPenalty),
      stopReason: cancelled ? .cancelled : rules.reason(tokens))
    return DecodingResult(
      hypotheses: [hypothesis], attention: trace.attention(to: leaf), alignment: trace.alignment(to: leaf))
  }
}

/// Wu et al. 2016 in the form that Marian and transformers use: sum of log-probabilities / length^penalty.
func normalized(_ total: Float, length: Int, penalty: Float) -> Float {
  penalty == 0 || length == 0 ? total : total / powf(Float(length), penalty)
}
