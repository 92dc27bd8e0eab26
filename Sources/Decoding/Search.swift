import Foundation
import Models

/// The search for one sentence's translation: it owns some rows of the session and decides after each step how they
/// continue.
protocol Search: AnyObject {
  /// Requests the facts that the search reads after every step.
  var output: OutputRequest { get }

  /// Reads the outcome of a step for its rows and appends how they continue; appends nothing when the search is over.
  func advance(_ step: StepOutput, into continuations: inout [Continuation])

  /// Returns tokens that the result is certain to begin with: those after the ones of earlier calls.
  func takeSettled() -> [Int32]

  /// Returns the hypotheses, best first; the running ones if the search was cancelled.
  func finish(cancelled: Bool) -> DecodingResult
}

/// A row that goes on from `parent`, counted within the search's own rows: those that stepped, then those that were kept.
struct Continuation {
  var parent: Int
  /// The next token; nil keeps the row as it is, without a step. Kept rows come after those with tokens.
  var token: Int32?
  /// Positions of the source to avoid from then on; nil to leave them as they are.
  var avoided: AvoidedPositions?
}

/// The outcome of one decoder step for the rows of one search.
struct StepOutput {
  let session: any DecodingSession
  /// The session's number of the search's first row.
  let firstRow: Int

  func row(_ index: Int) -> RowOutcome { session.outcome(row: firstRow + index) }

  func attention(row: Int) -> StepAttention { session.attention(row: firstRow + row) }
}

/// Sum of log-probabilities / length^penalty: Wu et al. (2016) in the form that Marian and `transformers` use.
func normalized(_ total: Float, length: Int, penalty: Float) -> Float {
  penalty == 0 || length == 0 ? total : total / powf(Float(length), penalty)
}

// MARK: Greedy search

/// A search of one hypothesis: it takes the likeliest token of each step, or the tokens of a given target.
final class GreedySearch: Search {
  private let options: DecodingOptions
  private let rules: TokenRules
  private var trace: Trace
  private var leaf = Trace.root
  /// The last token that `takeSettled` gave.
  private var settled = Trace.root
  private var length = 0
  private var total: Float = 0
  private let numbers: NumberWriter?
  private var written = NumberWriter.State()
  /// The state of the numbers that tokens are chosen by.
  private let chance: UInt64

  init(_ request: DecodingRequest, start: Int32, end: Int32) {
    options = request.options
    rules = TokenRules(options, start: start, end: end)
    trace = Trace(request)
    numbers = options.numbers.map(NumberWriter.init)
    chance = options.sampling?.state(of: request.source) ?? 0
  }

  var output: OutputRequest {
    if let target = options.forcedTarget { return OutputRequest(normalizer: .all, target: target) }
    return rules.request(best: options.sampling?.topK ?? 1, normalize: options.logProbs)
  }

  func advance(_ step: StepOutput, into continuations: inout [Continuation]) {
    let attention = options.capture.isNone ? nil : step.attention(row: 0)
    let (token, logProb) = next(step.row(0), attention)
    let parent = leaf
    leaf = trace.add(token, after: parent, logProb: logProb, attention: attention)
    trace.release(parent)
    length += 1
    total += logProb
    if !isOver(token) { continuations.append(Continuation(parent: 0, token: token)) }
  }

  private func next(_ outcome: RowOutcome, _ attention: StepAttention?) -> (Int32, Float) {
    if let target = options.forcedTarget { return (target[length], outcome.target - outcome.normalizer) }
    if let forced = rules.forced(at: length) { return (forced, 0) }
    guard let numbers else { return likeliest(outcome) }
    if let token = numbers.takeRest(&written) { return (token, 0) }
    let (found, logProb) = likeliest(outcome)
    let token = numbers.next(
      found, &written, at: attention?.aligned.map(Int.init), isFirst: length == rules.leadCount)
    return (token, token == found ? logProb : 0)
  }

  private func likeliest(_ outcome: RowOutcome) -> (Int32, Float) {
    guard rules.readsHistory || options.sampling != nil else {
      return (outcome.token(0), options.logProbs ? outcome.logit(0) - outcome.normalizer : 0)
    }
    let found = rules.candidates(outcome, after: trace.tokens(to: leaf), normalizer: 0)
    let rank = options.sampling?.choice(among: found.map(\.score), state: chance, step: length) ?? 0
    return (found[rank].token, options.logProbs ? found[rank].value - outcome.normalizer : 0)
  }

  private func isOver(_ token: Int32) -> Bool {
    if let target = options.forcedTarget { return length == target.count }
    return rules.ends(token, length: length)
  }

  func takeSettled() -> [Int32] {
    defer { settled = leaf }
    return trace.tokens(to: leaf, after: settled)
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

// MARK: Beam search

/// A search that keeps the `beam` likeliest hypotheses side by side.
///
/// Scores, stopping and ties follow `_beam_search` of Hugging Face transformers 5. Each step looks at the best 2 × beam
/// continuations. The first `beam` of them that end are finished and scored by length. The best `beam` that do not end
/// go on.
final class BeamSearch: Search {
  private let options: DecodingOptions
  private let rules: TokenRules
  private var trace: Trace
  private let numbers: NumberWriter?
  private var running: [Running] = [Running(leaf: Trace.root, total: 0)]
  private var parents: [Running] = []
  /// The best 2 × beam continuations of all rows, best first.
  private var candidates: [Candidate] = []
  private var finished: FinishedHypotheses
  private var length = 0

  private struct Running {
    var leaf: Int
    var total: Float
    var numbers = NumberWriter.State()
  }

  private struct Candidate {
    var parent: Int
    var token: Int32
    var logProb: Float
    var total: Float
    var numbers = NumberWriter.State()
  }

  init(_ request: DecodingRequest, start: Int32, end: Int32) {
    options = request.options
    rules = TokenRules(options, start: start, end: end)
    trace = Trace(request)
    numbers = options.numbers.map(NumberWriter.init)
    finished = FinishedHypotheses(limit: options.beam)
  }

  var output: OutputRequest { rules.request(best: 2 * options.beam, normalize: true) }

  func advance(_ step: StepOutput, into continuations: inout [Continuation]) {
    swap(&parents, &running)
    running.removeAll(keepingCapacity: true)
    length += 1
    collectCandidates(step)
    let first = continuations.count
    for (rank, candidate) in candidates.enumerated() {
      let ends = rules.ends(candidate.token, length: length)
      guard ends ? rank < options.beam : running.count < options.beam else { continue }
      let leaf = trace.add(
        candidate.token, after: parents[candidate.parent].leaf, logProb: candidate.logProb,
        attention: options.capture.isNone ? nil : step.attention(row: candidate.parent))
      if ends {
        finished.add(FinishedHypotheses.Entry(leaf: leaf, score: score(candidate.total)), &trace)
      } else {
        running.append(Running(leaf: leaf, total: candidate.total, numbers: candidate.numbers))
        continuations.append(Continuation(parent: candidate.parent, token: candidate.token))
      }
    }
    for parent in parents { trace.release(parent.leaf) }
    if isOver { continuations.removeSubrange(first...) }
  }

  private func collectCandidates(_ step: StepOutput) {
    candidates.removeAll(keepingCapacity: true)
    for (index, parent) in parents.enumerated() {
      if let forced = rules.forced(at: length - 1) {
        offer(Candidate(parent: index, token: forced, logProb: 0, total: parent.total, numbers: parent.numbers))
        continue
      }
      let outcome = step.row(index)
      if let numbers {
        offerNumbers(continuations(outcome, of: parent), numbers, step.attention(row: index), after: index)
      } else if rules.readsHistory {
        for one in continuations(outcome, of: parent) {
          offer(Candidate(parent: index, token: one.token, logProb: one.value, total: parent.total + one.score))
        }
      } else {
        for rank in 0..<outcome.count where outcome.logit(rank) > -.infinity {
          let logProb = outcome.logit(rank) - outcome.normalizer
          offer(Candidate(parent: index, token: outcome.token(rank), logProb: logProb, total: parent.total + logProb))
        }
      }
    }
  }

  private func continuations(_ outcome: RowOutcome, of parent: Running) -> [TokenRules.Candidate] {
    guard !rules.readsHistory else {
      return rules.candidates(outcome, after: trace.tokens(to: parent.leaf), normalizer: outcome.normalizer)
    }
    return (0..<outcome.count).filter { outcome.logit($0) > -.infinity }.map { rank in
      let logProb = outcome.logit(rank) - outcome.normalizer
      return TokenRules.Candidate(token: outcome.token(rank), value: logProb, score: logProb)
    }
  }

  /// Offers the continuations of a hypothesis, with the numbers of the source in place of others. If several become the
  /// same, the likeliest stays.
  private func offerNumbers(
    _ found: [TokenRules.Candidate], _ numbers: NumberWriter, _ attention: StepAttention, after index: Int
  ) {
    let parent = parents[index]
    var rest = parent.numbers
    if let token = numbers.takeRest(&rest) {
      offer(Candidate(parent: index, token: token, logProb: 0, total: parent.total, numbers: rest))
      return
    }
    var taken: Set<Int32> = []
    for one in found {
      var state = parent.numbers
      let token = numbers.next(
        one.token, &state, at: attention.aligned.map(Int.init), isFirst: length - 1 == rules.leadCount)
      guard taken.insert(token).inserted else { continue }
      offer(
        Candidate(parent: index, token: token, logProb: one.value, total: parent.total + one.score, numbers: state))
    }
  }

  /// Inserts a candidate after those that are as good.
  private func offer(_ candidate: Candidate) {
    var rank = candidates.count
    while rank > 0, candidates[rank - 1].total < candidate.total { rank -= 1 }
    guard rank < 2 * options.beam else { return }
    if candidates.count == 2 * options.beam { candidates.removeLast() }
    candidates.insert(candidate, at: rank)
  }

  private func score(_ total: Float) -> Float {
    normalized(total, length: length, penalty: options.lengthPenalty)
  }

  private var isOver: Bool {
    guard let best = running.first else { return true }
    guard let worst = finished.worst else { return false }
    switch options.earlyStopping {
    case .whenFull:
      return true
    case .whenUnlikely:
      return score(best.total) <= worst.score
    case .whenImpossible:
      let longest = options.lengthPenalty > 0 ? rules.maxLength : length
      return normalized(best.total, length: longest, penalty: options.lengthPenalty) <= worst.score
    }
  }

  func takeSettled() -> [Int32] { finished.takeSettled(running.map(\.leaf), trace) }

  func finish(cancelled: Bool) -> DecodingResult {
    let running = running.map { FinishedHypotheses.Entry(leaf: $0.leaf, score: score($0.total)) }
    return finished.result(options.hypotheses, running: running, trace) { entry in
      let tokens = trace.tokens(to: entry.leaf)
      return Hypothesis(
        tokens: tokens, logProbs: trace.logProbs(to: entry.leaf), score: entry.score,
        stopReason: cancelled ? .cancelled : rules.reason(tokens))
    }
  }
}
