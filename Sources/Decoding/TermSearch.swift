import Models

/// A search, greedy or with a beam, whose hypotheses must have some terms.
///
/// When the decoder is about to write a word and attends to the source of a term, the term is written in its place. A
/// short word, such as an article, can be written first; the likelier of both ways goes on. A term that the model writes
/// by itself counts too.
final class TermSearch: Search {
  private let options: DecodingOptions
  private let plan: TermPlan
  private let rules: TokenRules
  private let beam: Int
  private let writer: TermWriter
  private var trace: Trace
  private var rows: [Hypothesis]
  private var parents: [Hypothesis] = []
  private var finished: [Finished] = []
  private var nexts: [Next] = []
  private var length = 0
  /// The last token that `takeSettled` gave.
  private var settled = Trace.root

  /// The state of a hypothesis beside its tokens.
  private struct Hypothesis {
    var leaf = Trace.root
    var total: Float = 0
    /// The total just after the last term was begun.
    var entry: Float = 0
    /// A bit per term that is not written.
    var pending: UInt64
    /// The tokens of a begun term that are still to come.
    var rest: ArraySlice<Int32> = []
    /// Short words that were written in front of a term that was due.
    var delays = 0
    /// Steps since the last of them.
    var waited = 0
    /// The token that the last term stands in place of, and the steps since the term was whole.
    var replaced: Int32?
    var since = 0
    /// Whether the last token is the end of a term, so that no letter can follow.
    var isWhole = false
  }

  /// A token that can come next, with the state of its hypothesis then.
  private struct Next {
    var parent: Int
    var token: Int32
    var logProb: Float
    var state: Hypothesis
  }

  private struct Finished {
    var leaf: Int
    var score: Float
    /// Terms that are missing.
    var missing: Int
  }

  init(_ request: DecodingRequest, _ plan: TermPlan, start: Int32, end: Int32) {
    options = request.options
    self.plan = plan
    beam = max(1, options.beam)
    rules = TokenRules(options, start: start, end: end)
    trace = Trace(request)
    writer = TermWriter(plan)
    rows = [Hypothesis(pending: plan.terms.count >= 64 ? .max : 1 << UInt64(plan.terms.count) - 1)]
  }

  /// The likeliest tokens, and the logits of all tokens of terms.
  var output: OutputRequest {
    var request = rules.request(best: 2 * beam, normalize: beam > 1 || options.logProbs)
    request.best += Self.spareTokens
    request.watched = writer.tokens
    return request
  }

  func advance(_ step: StepOutput, into continuations: inout [Continuation]) {
    swap(&parents, &rows)
    rows.removeAll(keepingCapacity: true)
    nexts.removeAll(keepingCapacity: true)
    length += 1
    for index in parents.indices { expand(index, step) }
    let first = continuations.count
    let chosen = beam == 1 ? chosenGreedily() : chosenByTotal()
    for next in chosen { add(next, step, &continuations) }
    for parent in parents { trace.release(parent.leaf) }
    if isOver { continuations.removeSubrange(first...) }
  }

  private func add(_ next: Next, _ step: StepOutput, _ continuations: inout [Continuation]) {
    var state = next.state
    state.leaf = trace.add(
      next.token, after: parents[next.parent].leaf, logProb: next.logProb,
      attention: options.capture.isNone ? nil : step.attention(row: next.parent))
    if rules.ends(next.token, length: length) {
      let missing = state.pending.nonzeroBitCount + (state.rest.isEmpty ? 0 : 1)
      add(Finished(leaf: state.leaf, score: score(state.total), missing: missing))
    } else {
      rows.append(state)
      continuations.append(Continuation(parent: next.parent, token: next.token))
    }
  }

  private func add(_ hypothesis: Finished) {
    let rank =
      finished.firstIndex { ($0.missing, hypothesis.score) > (hypothesis.missing, $0.score) } ?? finished.count
    finished.insert(hypothesis, at: rank)
    if finished.count > beam { trace.release(finished.removeLast().leaf) }
  }

  private func score(_ total: Float) -> Float {
    normalized(total, length: length, penalty: options.lengthPenalty)
  }

  // MARK: Continuations

  /// Adds the ways in which a hypothesis can go on.
  private func expand(_ parent: Int, _ step: StepOutput) {
    let state = parents[parent]
    let outcome = step.row(parent)
    if let forced = rules.forced(at: length - 1) {
      nexts.append(Next(parent: parent, token: forced, logProb: 0, state: state))
      return
    }
    // Greedy search compares logits with the greatest of their step, which needs no sum over the vocabulary.
    let reference = beam == 1 ? outcome.logit(0) : outcome.normalizer
    let scale = Scale(reference: reference, normalizer: options.logProbs || beam > 1 ? outcome.normalizer : reference)
    if let token = state.rest.first {
      var state = state
      state.rest = state.rest.dropFirst()
      state.since = 0
      state.isWhole = state.rest.isEmpty
      append(parent, token, writer.logit(of: token, outcome), scale, state)
      return
    }
    let tokens = trace.tokens(to: state.leaf)
    let all = rules.candidates(outcome, after: tokens, normalizer: beam == 1 ? 0 : outcome.normalizer)
    let found = unreplaced(all, state)
    let place = writer.place(of: found[0].token, after: tokens, lead: rules.prefixCount)
    if state.pending != 0, let place {
      let aligned = step.attention(row: parent).aligned.map(Int.init)
      let due = aligned.flatMap { writer.due(at: $0, pending: state.pending) }
      if let due {
        begin(due, parent, state, place, outcome, scale, replacing: found[0].token)
        delay(parent, state, found[0], scale)
        if !plan.isAnywhere { return }
      } else if plan.isAnywhere {
        for term in plan.terms.indices.prefix(Self.termsAtOnce) where state.pending >> UInt64(term) & 1 == 1 {
          begin(term, parent, state, place, outcome, scale)
        }
      }
    }
    for candidate in found.prefix(2 * beam) {
      var state = state
      state.waited += 1
      state.since += 1
      state.pending = writer.pending(state.pending, with: candidate.token, after: tokens)
      state.isWhole = state.pending != parents[parent].pending
      append(parent, candidate, scale, state)
    }
  }

  /// Steps in which a hypothesis that has delayed a term is compared with the one that has not.
  private static let maxWait = 3
  /// Terms that a hypothesis can begin in one step if they can be anywhere.
  private static let termsAtOnce = 8
  /// Short words in front of a term that is due.
  private static let maxDelays = 2

  private struct Scale {
    /// The logit that totals are relative to.
    var reference: Float
    /// The number that makes logits log-probabilities.
    var normalizer: Float
  }

  private func append(
    _ parent: Int, _ token: Int32, _ logit: Float, _ scale: Scale, _ state: Hypothesis, isEntry: Bool = false
  ) {
    var state = state
    // A token that the vocabulary lacks at this place has no logit, and must not end the comparison.
    state.total += logit > -.infinity ? logit - scale.reference : Self.unknownCost
    if isEntry { state.entry = state.total }
    nexts.append(Next(parent: parent, token: token, logProb: logit - scale.normalizer, state: state))
  }

  private static let unknownCost: Float = -20

  private func append(_ parent: Int, _ candidate: TokenRules.Candidate, _ scale: Scale, _ state: Hypothesis) {
    var state = state
    state.total += beam == 1 ? candidate.score - scale.reference : candidate.score
    let logProb = beam == 1 ? candidate.value - scale.normalizer : candidate.value
    nexts.append(Next(parent: parent, token: candidate.token, logProb: logProb, state: state))
  }

  /// Adds the way that writes a term now, in its likeliest form.
  /// - Parameter replaced: the token that the model would have begun the term with; nil if it would not have begun it.
  private func begin(
    _ term: Int, _ parent: Int, _ state: Hypothesis, _ place: TermWriter.Place, _ outcome: RowOutcome, _ scale: Scale,
    replacing replaced: Int32? = nil
  ) {
    guard let (tokens, logit) = writer.likeliest(term, place, outcome), let token = tokens.first else { return }
    var state = state
    state.pending &= ~(1 << UInt64(term))
    state.rest = tokens.dropFirst()
    state.delays = 0
    state.replaced = replaced
    state.since = 0
    state.isWhole = state.rest.isEmpty
    append(parent, token, logit, scale, state, isEntry: true)
  }

  /// The candidates without those that would make another word of a term, or say again what it stands in place of.
  private func unreplaced(_ found: [TokenRules.Candidate], _ state: Hypothesis) -> [TokenRules.Candidate] {
    let replaced = state.since < Self.replacedSteps ? state.replaced : nil
    guard state.isWhole || replaced != nil else { return found }
    let rest = found.filter { candidate in
      let goesOn = state.isWhole && writer.goesOn(candidate.token)
      return !goesOn && !(replaced.map { writer.isSameWord(candidate.token, $0) } ?? false)
    }
    return rest.isEmpty ? found : rest
  }

  /// Tokens asked for beyond those that are needed, to take the place of such.
  private static let spareTokens = 6
  /// Steps after a term in which the word that it replaces is not written.
  private static let replacedSteps = 2

  /// Adds the way that writes a short word before a term that is due.
  private func delay(_ parent: Int, _ state: Hypothesis, _ candidate: TokenRules.Candidate, _ scale: Scale) {
    guard state.delays < Self.maxDelays, writer.isShortWord(candidate.token) else { return }
    var state = state
    state.delays += 1
    state.waited = 0
    state.isWhole = false
    append(parent, candidate, scale, state)
  }

  // MARK: Choice

  /// Terms that are written or begun.
  private func written(_ next: Next) -> Int { plan.terms.count - next.state.pending.nonzeroBitCount }

  /// The best of the continuations with most terms, and one that has delayed a term.
  ///
  /// Ways to write a term are compared just after it was begun, when each has paid for it.
  private func chosenGreedily() -> [Next] {
    let most = nexts.map(written).max() ?? 0
    var best: Next?
    var delayed: Next?
    for next in nexts {
      if written(next) == most {
        if best.map({ isBetter(next, than: $0) }) ?? true { best = next }
      } else if delayed == nil, next.state.delays > 0, next.state.waited <= Self.maxWait,
        !rules.ends(next.token, length: length)
      {
        delayed = next
      }
    }
    guard let best, !rules.ends(best.token, length: length) else { return best.map { [$0] } ?? [] }
    return [best] + (delayed.map { [$0] } ?? [])
  }

  private func isBetter(_ one: Next, than other: Next) -> Bool {
    one.parent == other.parent && one.state.pending == other.state.pending
      ? one.state.total > other.state.total : one.state.entry > other.state.entry
  }

  /// The likeliest continuations, among them the likeliest one with each number of terms: those with more terms would be
  /// crowded out, and those with fewer are still to find a better place.
  private func chosenByTotal() -> [Next] {
    let sorted = nexts.enumerated().sorted { one, other in
      (one.element.state.total, other.offset) > (other.element.state.total, one.offset)
    }.map(\.element)
    var taken = [Bool](repeating: false, count: sorted.count)
    var ranks = [Int](repeating: 0, count: plan.terms.count + 1)
    var firsts: [(terms: Int, index: Int)] = []
    for (index, next) in sorted.enumerated() {
      let terms = written(next)
      if rules.ends(next.token, length: length) {
        taken[index] = ranks[terms] < beam
      } else if !firsts.contains(where: { $0.terms == terms }) {
        firsts.append((terms, index))
      }
      ranks[terms] += 1
    }
    firsts.sort { $0.terms > $1.terms }
    for first in firsts.prefix(beam) { taken[first.index] = true }
    var count = min(firsts.count, beam)
    for (index, next) in sorted.enumerated() where count < beam && !taken[index] {
      guard !rules.ends(next.token, length: length) else { continue }
      taken[index] = true
      count += 1
    }
    return sorted.indices.filter { taken[$0] }.map { sorted[$0] }
  }

  private var isOver: Bool {
    guard let best = rows.max(by: { $0.total < $1.total }) else { return true }
    guard finished.count == beam, let worst = finished.last else { return false }
    if worst.missing > 0, length < rules.maxLength / 2 { return false }
    return beam == 1 || options.earlyStopping == .whenFull || score(best.total) <= worst.score
  }

  // MARK: Results

  /// The start that all hypotheses share, running or finished: one of them will be the best.
  func takeSettled() -> [Int32] {
    let shared = trace.fork(of: rows.map(\.leaf) + finished.map(\.leaf))
    defer { settled = shared }
    return trace.tokens(to: shared, after: settled)
  }

  func finish(cancelled: Bool) -> DecodingResult {
    let running = rows.map { Finished(leaf: $0.leaf, score: score($0.total), missing: 0) }
    let best = finished.isEmpty ? running : finished
    let hypotheses = best.prefix(max(1, options.hypotheses)).map { entry in
      let tokens = trace.tokens(to: entry.leaf)
      let logProbs = options.logProbs || beam > 1 ? trace.logProbs(to: entry.leaf) : []
      let sum = normalized(logProbs.reduce(0, +), length: tokens.count, penalty: options.lengthPenalty)
      return Decoding.Hypothesis(
        tokens: tokens, logProbs: logProbs, score: sum, stopReason: cancelled ? .cancelled : rules.reason(tokens))
    }
    return DecodingResult(
      hypotheses: hypotheses, attention: best.first.map { trace.attention(to: $0.leaf) } ?? [:],
      alignment: best.first.map { trace.alignment(to: $0.leaf) } ?? [])
  }
}
