import Models

/// Keeps the `beam` likeliest hypotheses side by side.
///
/// Scores, stopping and ties follow the `_beam_search` of Hugging Face transformers 5: each step looks at the best
/// 2 × beam continuations; those among the first `beam` that end are finished and scored by length, the best `beam`
/// that do not end go on.
final class BeamSearch: Search {
  private let options: DecodingOptions
  private let rules: TokenRules
  private var trace: Trace
  private var running: [Running] = [Running(leaf: Trace.root, total: 0)]
  private var parents: [Running] = []
  /// The best 2 × beam continuations of all rows, best first.
  private var candidates: [Candidate] = []
  private var finished: [Finished] = []
  private var length = 0
  /// The last token that was told.
  private var told = Trace.root

  private struct Running {
    var leaf: Int
    var total: Float
  }

  private struct Finished {
    var leaf: Int
    var score: Float
  }

  private struct Candidate {
    var parent: Int
    var token: Int32
    var logProb: Float
    var total: Float
  }

  init(_ request: DecodingRequest, end: Int32) {
    options = request.options
    rules = TokenRules(options, end: end)
    trace = Trace(request)
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
        add(Finished(leaf: leaf, score: score(candidate.total)))
      } else {
        running.append(Running(leaf: leaf, total: candidate.total))
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
        offer(Candidate(parent: index, token: forced, logProb: 0, total: parent.total))
        continue
      }
      let outcome = step.row(index)
      let tokens = rules.forbidsRepeats ? trace.tokens(to: parent.leaf) : []
      for rank in 0..<outcome.count where outcome.logit(rank) > -.infinity {
        if rules.repeats(outcome.token(rank), after: tokens) { continue }
        let logProb = outcome.logit(rank) - outcome.normalizer
        offer(Candidate(parent: index, token: outcome.token(rank), logProb: logProb, total: parent.total + logProb))
      }
    }
  }

  /// Takes its place behind those that are as good.
  private func offer(_ candidate: Candidate) {
    var place = candidates.count
    while place > 0, candidates[place - 1].total < candidate.total { place -= 1 }
    guard place < 2 * options.beam else { return }
    if candidates.count == 2 * options.beam { candidates.removeLast() }
    candidates.insert(candidate, at: place)
  }

  private func add(_ hypothesis: Finished) {
    let place = finished.firstIndex { $0.score < hypothesis.score } ?? finished.count
    finished.insert(hypothesis, at: place)
    if finished.count > options.beam { trace.release(finished.removeLast().leaf) }
  }

  private func score(_ total: Float) -> Float {
    normalized(total, length: length, penalty: options.lengthPenalty)
  }

  private var isOver: Bool {
    guard let best = running.first else { return true }
    guard finished.count == options.beam, let worst = finished.last else { return false }
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

  /// What all hypotheses share, running or finished: one of them will be the best.
  func takeSettled() -> [Int32] {
    let shared = trace.fork(of: running.map(\.leaf) + finished.map(\.leaf))
    defer { told = shared }
    return trace.tokens(to: shared, after: told)
  }

  func finish(cancelled: Bool) -> DecodingResult {
    let best = finished.isEmpty ? running.map { Finished(leaf: $0.leaf, score: score($0.total)) } : finished
    let hypotheses = best.prefix(max(1, options.hypotheses)).map { entry in
      let tokens = trace.tokens(to: entry.leaf)
      return Hypothesis(
        tokens: tokens, logProbs: trace.logProbs(to: entry.leaf), score: entry.score,
        stopReason: cancelled ? .cancelled : rules.reason(tokens))
    }
    return DecodingResult(
      hypotheses: hypotheses, attention: best.first.map { trace.attention(to: $0.leaf) } ?? [:],
      alignment: best.first.map { trace.alignment(to: $0.leaf) } ?? [])
  }
}
