import Models

/// A search, greedy or with a beam, whose hypotheses must have some terms.
///
/// When the decoder is about to write a word and attends to the source of a term, the term is written in its place. A
/// short word, such as an article, can be written first; the likelier of both ways goes on. A term that the model writes
/// by itself counts too. From then on the decoder is drawn away from the term's source, or it would translate it once more.
/// A search that ends without a term goes back to a place for it (`TermPlaces`).
final class TermSearch: Search {
  private let options: DecodingOptions
  private let plan: TermPlan
  private let rules: TokenRules
  private let beam: Int
  private let writer: TermWriter
  private var trace: Trace
  private var rows: [TermHypothesis]
  private var parents: [TermHypothesis] = []
  private var finished: FinishedHypotheses
  private var nexts: [TermStep] = []
  /// The place of a delayed term to go back to at once; nil for none.
  private var overdue: TermReturn?
  private var places = TermPlaces()
  /// A bit per term that the search has gone back for at its end.
  private var returned: UInt64 = 0
  private var length = 0

  init(_ request: DecodingRequest, _ plan: TermPlan, start: Int32, end: Int32) {
    options = request.options
    self.plan = plan
    beam = max(1, options.beam)
    rules = TokenRules(options, start: start, end: end)
    trace = Trace(request)
    writer = TermWriter(plan)
    finished = FinishedHypotheses(limit: beam)
    rows = [TermHypothesis(pending: plan.terms.count >= 64 ? .max : 1 << UInt64(plan.terms.count) - 1)]
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
    overdue = nil
    length += 1
    for index in parents.indices { expand(index, step) }
    let first = continuations.count
    if let overdue {
      places.remove(after: overdue.place.length)
      goBack(to: overdue, &continuations)
    } else {
      for next in beam == 1 ? nexts : chosenByTotal() {
        add(next, options.capture.isNone ? nil : step.attention(row: next.parent), &continuations)
      }
    }
    for parent in parents { trace.release(parent.leaf) }
    if isOver {
      continuations.removeSubrange(first...)
      releaseRows()
      if let place = placeOfMissingTerm() { goBack(to: place, &continuations) }
    }
    keepPlaces(&continuations)
  }

  private func add(_ next: TermStep, _ attention: StepAttention?, _ continuations: inout [Continuation]) {
    var (state, attention) = (next.state, attention)
    // The tokens of a term stand for its source, wherever the decoder looks while they are given to it.
    if let source = next.source { attention?.aligned = source }
    state.leaf = trace.add(next.token, after: state.leaf, logProb: next.logProb, attention: attention)
    if rules.ends(next.token, length: length) {
      if !state.rest.isEmpty, let current = state.current { state.pending |= 1 << UInt64(current) }
      finished.add(
        FinishedHypotheses.Entry(leaf: state.leaf, score: score(state.total), missing: state.pending), &trace)
    } else {
      rows.append(state)
      continuations.append(
        Continuation(parent: next.parent, token: next.token, avoided: next.isWhole ? avoided(state) : nil))
    }
  }

  /// The sources of the terms that were forced on the model, once a further one is written: nothing is left of them to
  /// translate. A model that writes a term by itself knows that.
  private func avoided(_ state: TermHypothesis) -> AvoidedPositions? {
    let written = plan.terms.indices.filter { state.forced >> UInt64($0) & 1 == 1 }
    return written.isEmpty
      ? nil : AvoidedPositions(written.map { plan.terms[$0].source }, bias: plan.writtenBias)
  }

  private func score(_ total: Float) -> Float {
    normalized(total, length: length, penalty: options.lengthPenalty)
  }

  // MARK: Continuations

  /// A hypothesis of the step before, with the facts of this step.
  private struct Row {
    let index: Int
    let state: TermHypothesis
    let outcome: RowOutcome
    /// The tokens of the hypothesis.
    var tokens: [Int32] = []
    /// The source position that the decoder attends to.
    let aligned: Int?
    /// The logit that totals are relative to.
    let reference: Float
    /// The number that makes logits log-probabilities.
    let normalizer: Float
  }

  /// Adds the ways in which a hypothesis can go on.
  private func expand(_ index: Int, _ step: StepOutput) {
    let state = parents[index]
    if let forced = rules.forced(at: length - 1) {
      var state = state
      state.pending = writer.pending(state.pending, with: forced, after: trace.tokens(to: state.leaf), at: nil)
      nexts.append(
        TermStep(
          parent: index, token: forced, logProb: 0, state: state, isWhole: state.pending != parents[index].pending))
      return
    }
    let outcome = step.row(index)
    // Greedy search compares logits with the greatest of their step, which needs no sum over the vocabulary.
    let reference = beam == 1 ? outcome.logit(0) : outcome.normalizer
    var row = Row(
      index: index, state: state, outcome: outcome, aligned: step.attention(row: index).aligned.map(Int.init),
      reference: reference, normalizer: options.logProbs || beam > 1 ? outcome.normalizer : reference)
    if let token = state.rest.first {
      var state = state
      state.rest = state.rest.dropFirst()
      state.since = 0
      if let current = state.current, token != outcome.token(0) { state.forced |= 1 << UInt64(current) }
      nexts.append(termStep(row, token, writer.logit(of: token, outcome), state))
      return
    }
    row.tokens = trace.tokens(to: state.leaf)
    let all = rules.candidates(outcome, after: row.tokens, normalizer: beam == 1 ? 0 : outcome.normalizer)
    let found = unreplaced(all, state)
    var word = state.word
    if state.pending != 0 {
      let due = row.aligned.flatMap { writer.due(at: $0, pending: state.pending) }
      if let place = writer.place(of: found[0].token, after: row.tokens, lead: rules.leadCount) {
        let start = start(of: place, row, due: due, replacing: found[0].token)
        if let due, write(due, at: start, row, found) { return }
        if plan.isAnywhere, beam > 1, due == nil { nexts += start.steps.map(\.step) }
        word = start
      } else if let due, let word, index == 0, writer.goesOn(found[0].token) {
        places.see(due, at: word)
      } else if rules.ends(found[0].token, length: length) {
        _ = start(of: writer.lastPlace(after: row.tokens), row, due: nil, replacing: found[0].token)
      }
    }
    // A greedy search has no second choice here: it would win by a term that it writes too early.
    for candidate in found.prefix(beam == 1 ? 1 : 2 * beam) { follow(candidate, row, word) }
  }

  /// The start of a word, with the ways to write the terms that are missing there.
  /// - Parameter due: the term whose source the decoder attends to.
  private func start(
    of place: TermWriter.Place, _ row: Row, due: Int?, replacing replaced: Int32
  ) -> TermPlace {
    let others = plan.terms.indices.filter { $0 != due && row.state.pending >> UInt64($0) & 1 == 1 }
    let steps = ((due.map { [$0] } ?? []) + others).prefix(Self.termsAtOnce).compactMap { term in
      entry(term, row, place, replacing: term == due ? replaced : nil).map { (term: term, step: $0) }
    }
    let start = TermPlace(row: row.index, length: length, leaf: row.state.leaf, steps: steps)
    places.add(start, &trace)
    guard row.index == 0, !plan.isAnywhere else { return start }
    for (term, step) in steps {
      if term == due { places.see(term, at: start) }
      let likelihood = step.state.total - row.state.total + row.reference - row.outcome.logit(0)
      let distance = min(row.aligned.map { writer.distance(of: term, to: $0) } ?? 0, Self.farthest)
      places.offer(start, for: term, likelihood: likelihood - Self.costOfDistance * Float(distance))
    }
    return start
  }

  /// Writes a term that is due, at once or after a short word. A greedy search goes on with the short word, and goes back
  /// unless the term is likelier then.
  /// - Returns: whether nothing else can come next.
  private func write(_ term: Int, at start: TermPlace, _ row: Row, _ found: [TokenRules.Candidate]) -> Bool {
    guard let step = start.step(of: term) else { return false }
    let shortWord = row.state.delays < Self.maxDelays ? writer.shortWord(found, before: term) : nil
    var best = TermReturn(place: start, term: term)
    if beam > 1 {
      nexts.append(step)
    } else if let earlier = row.state.undelayed {
      let isLikelier = earlier.term != term || earlier.entry >= step.state.entry
      if isLikelier { best = earlier }
      if earlier.term != term || (isLikelier && shortWord == nil) {
        overdue = earlier
        return true
      }
    }
    if let shortWord {
      delay(with: shortWord, row, undelayed: best)
    } else if beam == 1 {
      nexts.append(step)
    }
    return beam == 1 || !plan.isAnywhere
  }

  /// Adds the way that writes a short word before a term.
  private func delay(with word: TokenRules.Candidate, _ row: Row, undelayed: TermReturn) {
    var state = row.state
    state.delays += 1
    state.waited = 0
    state.isWhole = false
    state.word = nil
    if beam == 1 { state.undelayed = undelayed }
    append(word, row, state)
  }

  /// Adds the way that writes a token of the model's own.
  /// - Parameter word: the start of the word that the token belongs to.
  private func follow(_ candidate: TokenRules.Candidate, _ row: Row, _ word: TermPlace?) {
    var state = row.state
    state.waited += 1
    state.since += 1
    state.pending = writer.pending(state.pending, with: candidate.token, after: row.tokens, at: row.aligned)
    state.isWhole = state.pending != row.state.pending
    state.word = word
    if state.isWhole { state.delays = 0 }
    if let undelayed = state.undelayed {
      if state.pending >> UInt64(undelayed.term) & 1 == 0 {
        state.undelayed = nil
      } else if state.waited > Self.maxWait || rules.ends(candidate.token, length: length) {
        overdue = undelayed
        return
      }
    }
    append(candidate, row, state)
  }

  private func append(_ candidate: TokenRules.Candidate, _ row: Row, _ state: TermHypothesis) {
    var state = state
    state.total += beam == 1 ? candidate.score - row.reference : candidate.score
    let logProb = beam == 1 ? candidate.value - row.normalizer : candidate.value
    nexts.append(
      TermStep(parent: row.index, token: candidate.token, logProb: logProb, state: state, isWhole: state.isWhole))
  }

  /// Steps in which a hypothesis that has delayed a term can still write it.
  private static let maxWait = 3
  /// Terms that a hypothesis can begin in one step.
  private static let termsAtOnce = 8
  /// Short words in front of a term that is due.
  private static let maxDelays = 2

  /// The way that begins a term now, in its likeliest form.
  /// - Parameter replaced: the token that the model would have begun the term with; nil if it would not have begun it.
  private func entry(
    _ term: Int, _ row: Row, _ place: TermWriter.Place, replacing replaced: Int32?
  ) -> TermStep? {
    guard let (form, logit) = writer.likeliest(term, place, row.outcome, after: row.tokens), let token = form.first
    else { return nil }
    var state = row.state
    state.pending &= ~(1 << UInt64(term))
    state.current = term
    state.rest = form.dropFirst()
    state.delays = 0
    state.word = nil
    state.undelayed = nil
    if token != row.outcome.token(0) { state.forced |= 1 << UInt64(term) }
    state.replaced = replaced == token ? nil : replaced
    var step = termStep(row, token, logit, state)
    step.state.entry = step.state.total
    return step
  }

  /// The way that writes a token of a hypothesis' term.
  private func termStep(_ row: Row, _ token: Int32, _ logit: Float, _ state: TermHypothesis) -> TermStep {
    var state = state
    // A token that the vocabulary lacks at this place has no logit, and must not end the comparison.
    state.total += logit > -.infinity ? logit - row.reference : Self.unknownCost
    state.since = 0
    state.isWhole = state.rest.isEmpty
    return TermStep(
      parent: row.index, token: token, logProb: logit - row.normalizer, state: state,
      source: state.current.map { writer.source(of: $0, at: row.aligned) }, isWhole: state.isWhole)
  }

  private static let unknownCost: Float = -20

  /// The candidates without those that would make another word of a term, or say again what it stands in place of.
  private func unreplaced(_ found: [TokenRules.Candidate], _ state: TermHypothesis) -> [TokenRules.Candidate] {
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

  // MARK: Places to go back to

  /// Goes back to write a term, in place of all that was written from there on.
  private func goBack(to target: TermReturn, _ continuations: inout [Continuation]) {
    guard var next = target.place.step(of: target.term) else { return }
    length = target.place.length
    next.parent = target.place.row
    add(next, options.capture.isNone ? nil : StepAttention(aligned: next.source), &continuations)
  }

  private func releaseRows() {
    for row in rows { trace.release(row.leaf) }
    rows.removeAll(keepingCapacity: true)
  }

  /// The place to go back to for a term that the best hypothesis lacks at the end; nil for none.
  private func placeOfMissingTerm() -> TermReturn? {
    guard let best = finished.entries.first, returned.nonzeroBitCount < Self.maxReturns,
      let target = places.earliest(of: best.missing & ~returned)
    else { return nil }
    returned |= 1 << UInt64(target.term)
    // A second way back from there would lose the term again.
    places.remove(after: 0)
    finished.removeOthers(&trace)
    return target
  }

  /// Has the session keep the rows of all places that the search can go back to.
  private func keepPlaces(_ continuations: inout [Continuation]) {
    var pending = rows.reduce(finished.entries.first?.missing ?? 0) { $0 | $1.pending } & ~returned
    if rows.isEmpty || plan.isAnywhere || returned.nonzeroBitCount >= Self.maxReturns { pending = 0 }
    let words = rows.filter { $0.pending & pending != 0 }.compactMap(\.word)
    places.keep(words + rows.compactMap(\.undelayed?.place), pending: pending, &trace)
    for (index, place) in places.kept.enumerated() {
      continuations.append(Continuation(parent: place.row, token: nil))
      place.row = rows.count + index
    }
  }

  /// The likelihood that a place loses with each source token between the one attended to and the term, up to a number of
  /// them.
  private static let costOfDistance: Float = 0.5
  private static let farthest = 8
  /// Terms that a search goes back for at its end.
  private static let maxReturns = 3

  // MARK: Choice

  /// Terms that are written or begun.
  private func written(_ next: TermStep) -> Int { plan.terms.count - next.state.pending.nonzeroBitCount }

  /// The likeliest continuations, among them the likeliest one with each number of terms: those with more terms would be
  /// crowded out, and those with fewer are still to find a better place.
  ///
  /// If terms can be anywhere, each number of terms has as many continuations as the others, since most places are wrong.
  private func chosenByTotal() -> [TermStep] {
    let totals = nexts.map(\.state.total)
    let sorted = totals.indices.sorted { (totals[$0], $1) > (totals[$1], $0) }
    var ranks = [Int](repeating: 0, count: plan.terms.count + 1)
    var goingRanks = ranks
    var taken = [Bool](repeating: false, count: sorted.count)
    var going: [(turn: Int, fewer: Int, index: Int)] = []
    for (index, place) in sorted.enumerated() {
      let next = nexts[place]
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
    return sorted.indices.filter { taken[$0] }.map { nexts[sorted[$0]] }
  }

  private var isOver: Bool {
    guard let best = rows.max(by: { $0.total < $1.total }) else { return true }
    guard beam > 1, let first = finished.entries.first, let worst = finished.worst else { return false }
    let least = first.missing.nonzeroBitCount
    let canHaveMore = plan.isAnywhere ? least > 0 : rows.contains { $0.pending.nonzeroBitCount < least }
    if canHaveMore, length < rules.maxLength / 2 { return false }
    return options.earlyStopping == .whenFull || score(best.total) <= worst.score
  }

  // MARK: Results

  func takeSettled() -> [Int32] {
    finished.takeSettled(rows.map(\.leaf) + places.kept.map(\.leaf), trace)
  }

  func finish(cancelled: Bool) -> DecodingResult {
    let running = rows.map { FinishedHypotheses.Entry(leaf: $0.leaf, score: score($0.total)) }
    return finished.result(options.hypotheses, running: running, trace) { entry in
      let tokens = trace.tokens(to: entry.leaf)
      let logProbs = options.logProbs || beam > 1 ? trace.logProbs(to: entry.leaf) : []
      let sum = normalized(logProbs.reduce(0, +), length: tokens.count, penalty: options.lengthPenalty)
      return Hypothesis(
        tokens: tokens, logProbs: logProbs, score: sum, stopReason: cancelled ? .cancelled : rules.reason(tokens))
    }
  }
}
