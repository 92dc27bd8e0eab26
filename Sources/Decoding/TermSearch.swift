import Models

/// A search, greedy or with a beam, whose hypotheses must have some terms.
///
/// When the decoder is about to write a word and attends to the source of a term, the term is written in its place. A
/// short word, such as an article, can be written first; the likelier of both ways goes on. A term that the model writes
/// by itself counts too. From then on the decoder is drawn away from the term's source, or it would translate it once more.
final class TermSearch: Search {
  private let options: DecodingOptions
  private let plan: TermPlan
  private let rules: TokenRules
  private let beam: Int
  private let writer: TermWriter
  private var trace: Trace
  private var rows: [Hypothesis]
  private var parents: [Hypothesis] = []
  private var finished: FinishedHypotheses
  private var nexts: [Next] = []
  private var length = 0

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
    /// A bit per term that the model would not have written by itself.
    var forced: UInt64 = 0
    /// The token that the last term stands in place of, and the steps since the term was whole.
    var replaced: Int32?
    var since = 0
    /// Whether the last token is the end of a term, so that no letter can follow.
    var isWhole = false
    /// The term that is being written, or was written last.
    var current: Int?
    /// Whether the next word is the term that the plan opens with.
    var isOpening = false
  }

  /// A token that can come next, with the state of its hypothesis then.
  private struct Next {
    var parent: Int
    var token: Int32
    var logProb: Float
    var state: Hypothesis
    /// The source position that the token stands for, if it is a term's.
    var source: Int32?
  }

  init(_ request: DecodingRequest, _ plan: TermPlan, start: Int32, end: Int32) {
    options = request.options
    self.plan = plan
    beam = max(1, options.beam)
    rules = TokenRules(options, start: start, end: end)
    trace = Trace(request)
    writer = TermWriter(plan)
    finished = FinishedHypotheses(limit: beam)
    rows = [Hypothesis(pending: plan.terms.count >= 64 ? .max : 1 << UInt64(plan.terms.count) - 1)]
  }

  /// The likeliest tokens, and the logits of all tokens of terms.
  var output: OutputRequest {
    var request = rules.request(best: 2 * beam, normalize: beam > 1 || options.logProbs)
    request.best += writer.hasShortTerm ? Self.spareTokensOfShortTerms : Self.spareTokens
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
    var attention = options.capture.isNone ? nil : step.attention(row: next.parent)
    // The tokens of a term stand for its source, wherever the decoder looks while they are given to it.
    if let source = next.source { attention?.aligned = source }
    state.leaf = trace.add(next.token, after: parents[next.parent].leaf, logProb: next.logProb, attention: attention)
    if rules.ends(next.token, length: length) {
      let missing = state.pending.nonzeroBitCount + (state.rest.isEmpty ? 0 : 1)
      let entry = FinishedHypotheses.Entry(leaf: state.leaf, score: score(state.total), missing: missing)
      finished.add(entry, &trace)
    } else {
      rows.append(state)
      let avoided = avoided(state, after: parents[next.parent])
      continuations.append(Continuation(parent: next.parent, token: next.token, avoided: avoided))
    }
  }

  /// The sources of the terms that were forced on the model, once a further one is written: nothing is left of them to
  /// translate. A model that writes a term by itself knows that.
  private func avoided(_ state: Hypothesis, after parent: Hypothesis) -> AvoidedPositions? {
    guard state.rest.isEmpty, state.pending != parent.pending || !parent.rest.isEmpty else { return nil }
    let written = plan.terms.indices.filter { state.forced >> UInt64($0) & 1 == 1 }
    return written.isEmpty
      ? nil : AvoidedPositions(written.map { plan.terms[$0].source }, bias: plan.writtenBias)
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
      var state = state
      state.pending = writer.pending(state.pending, with: forced, after: trace.tokens(to: state.leaf), at: nil)
      nexts.append(Next(parent: parent, token: forced, logProb: 0, state: state))
      return
    }
    // Greedy search compares logits with the greatest of their step, which needs no sum over the vocabulary.
    let reference = beam == 1 ? outcome.logit(0) : outcome.normalizer
    let scale = Scale(reference: reference, normalizer: options.logProbs || beam > 1 ? outcome.normalizer : reference)
    let aligned = step.attention(row: parent).aligned.map(Int.init)
    if let token = state.rest.first {
      var state = state
      state.rest = state.rest.dropFirst()
      state.since = 0
      state.isWhole = state.rest.isEmpty
      if let current = state.current, token != outcome.token(0) { state.forced |= 1 << UInt64(current) }
      append(parent, token, writer.logit(of: token, outcome), scale, state, aligned: aligned)
      return
    }
    let tokens = trace.tokens(to: state.leaf)
    let all = rules.candidates(outcome, after: tokens, normalizer: beam == 1 ? 0 : outcome.normalizer)
    let found = unreplaced(all, state)
    if let opening = plan.opening, state.isOpening || length == rules.prefixCount + 1,
      state.pending >> UInt64(opening) & 1 == 1
    {
      open(opening, parent, state, found, outcome, scale, after: tokens)
      return
    }
    let place = writer.place(of: found[0].token, after: tokens, lead: rules.leadCount)
    if state.pending != 0, let place {
      let due = aligned.flatMap { writer.due(at: $0, pending: state.pending) }
      if let due {
        begin(due, parent, state, place, outcome, scale, after: tokens, aligned: aligned, replacing: found[0].token)
        if let word = shortWord(found, before: due, state) { delay(with: word, parent, state, scale) }
        if !plan.isAnywhere { return }
      } else if plan.isAnywhere {
        for term in plan.terms.indices.prefix(Self.termsAtOnce) where state.pending >> UInt64(term) & 1 == 1 {
          begin(term, parent, state, place, outcome, scale, after: tokens, aligned: nil)
        }
      }
    }
    // A greedy search has no second choice here: it would win by a term that it writes too early.
    for candidate in found.prefix(beam == 1 ? 1 : 2 * beam) {
      var state = state
      state.waited += 1
      state.since += 1
      state.pending = writer.pending(state.pending, with: candidate.token, after: tokens, at: aligned)
      state.isWhole = state.pending != parents[parent].pending
      if state.isWhole { state.delays = 0 }
      append(parent, candidate, scale, state)
    }
  }

  /// Adds the ways to write the term that the plan opens with: at once, or after a short word.
  private func open(
    _ term: Int, _ parent: Int, _ state: Hypothesis, _ found: [TokenRules.Candidate], _ outcome: RowOutcome,
    _ scale: Scale, after tokens: [Int32]
  ) {
    var delayed = state
    delayed.isOpening = true
    if state.delays > 0, let mark = found.first, writer.isApostrophe(mark.token) {
      append(parent, mark, scale, delayed)
      return
    }
    let place = writer.opening(after: tokens, lead: rules.leadCount)
    begin(term, parent, state, place, outcome, scale, after: tokens, aligned: nil)
    var words = found.filter { writer.beginsWord($0.token) }
    if plan.opensWithShortWord {
      words = words.filter { writer.isShortWord($0.token) }
    } else if !writer.beginsWord(found[0].token) {
      return
    }
    if let word = shortWord(words, before: term, delayed) { delay(with: word, parent, delayed, scale) }
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

  /// Adds a token of the hypothesis' term.
  private func append(
    _ parent: Int, _ token: Int32, _ logit: Float, _ scale: Scale, _ state: Hypothesis, aligned: Int?,
    isEntry: Bool = false
  ) {
    var state = state
    // A token that the vocabulary lacks at this place has no logit, and must not end the comparison.
    state.total += logit > -.infinity ? logit - scale.reference : Self.unknownCost
    if isEntry { state.entry = state.total }
    let source = state.current.map { writer.source(of: $0, at: aligned) }
    nexts.append(
      Next(parent: parent, token: token, logProb: logit - scale.normalizer, state: state, source: source))
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
    after tokens: [Int32], aligned: Int?, replacing replaced: Int32? = nil
  ) {
    guard let (form, logit) = writer.likeliest(term, place, outcome, after: tokens), let token = form.first else {
      return
    }
    var state = state
    state.pending &= ~(1 << UInt64(term))
    state.current = term
    state.isOpening = false
    state.rest = form.dropFirst()
    state.delays = 0
    if token != outcome.token(0) { state.forced |= 1 << UInt64(term) }
    state.replaced = replaced == token ? nil : replaced
    state.since = 0
    state.isWhole = state.rest.isEmpty
    append(parent, token, logit, scale, state, aligned: aligned, isEntry: true)
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
  private static let spareTokens = 4
  /// Tokens asked for so if a term is a letter or two, as the likeliest can all go on with such a word.
  private static let spareTokensOfShortTerms = 256
  /// Steps after a term in which the word that it replaces is not written.
  private static let replacedSteps = 2

  /// The short word that a hypothesis can have before a term that is due; nil if it has enough of them.
  private func shortWord(
    _ found: [TokenRules.Candidate], before term: Int, _ state: Hypothesis
  ) -> TokenRules.Candidate? {
    state.delays < Self.maxDelays ? writer.shortWord(found, before: term) : nil
  }

  /// Adds the way that writes a short word before a term.
  private func delay(with word: TokenRules.Candidate, _ parent: Int, _ state: Hypothesis, _ scale: Scale) {
    var state = state
    state.delays += 1
    state.waited = 0
    state.isWhole = false
    append(parent, word, scale, state)
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
  ///
  /// If terms can be anywhere, each number of terms has as many continuations as the others, since most places are wrong.
  private func chosenByTotal() -> [Next] {
    let sorted = nexts.enumerated().sorted { one, other in
      (one.element.state.total, other.offset) > (other.element.state.total, one.offset)
    }.map(\.element)
    var ranks = [Int](repeating: 0, count: plan.terms.count + 1)
    var goingRanks = ranks
    var taken = [Bool](repeating: false, count: sorted.count)
    var going: [(turn: Int, fewer: Int, index: Int)] = []
    for (index, next) in sorted.enumerated() {
      let terms = written(next)
      if rules.ends(next.token, length: length) {
        taken[index] = ranks[terms] < beam
      } else {
        let rank = goingRanks[terms]
        going.append((plan.isAnywhere ? rank : min(rank, 1), rank == 0 ? -terms : 0, index))
        goingRanks[terms] += 1
      }
      ranks[terms] += 1
    }
    going.sort { ($0.turn, $0.fewer, $0.index) < ($1.turn, $1.fewer, $1.index) }
    for next in going.prefix(beam) { taken[next.index] = true }
    return sorted.indices.filter { taken[$0] }.map { sorted[$0] }
  }

  private var isOver: Bool {
    guard let best = rows.max(by: { $0.total < $1.total }) else { return true }
    guard let first = finished.entries.first, let worst = finished.worst else { return false }
    if first.missing > 0, length < rules.maxLength / 2 { return false }
    return beam == 1 || options.earlyStopping == .whenFull || score(best.total) <= worst.score
  }

  // MARK: Results

  func takeSettled() -> [Int32] { finished.takeSettled(rows.map(\.leaf), trace) }

  func finish(cancelled: Bool) -> DecodingResult {
    let running = rows.map { FinishedHypotheses.Entry(leaf: $0.leaf, score: score($0.total)) }
    return finished.result(options.hypotheses, running: running, trace) { entry in
      let tokens = trace.tokens(to: entry.leaf)
      let logProbs = options.logProbs || beam > 1 ? trace.logProbs(to: entry.leaf) : []
      let sum = normalized(logProbs.reduce(0, +), length: tokens.count, penalty: options.lengthPenalty)
      return Decoding.Hypothesis(
        tokens: tokens, logProbs: logProbs, score: sum, stopReason: cancelled ? .cancelled : rules.reason(tokens))
    }
  }
}
