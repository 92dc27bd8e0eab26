import Models
import Tensor

/// Sentences that are decoded together: they enter between any two steps and leave when they are over. There is one such
/// loop per worker and model, for one thread at a time.
package protocol StepwiseDecoding: AnyObject {
  var isEmpty: Bool { get }

  /// Encodes sentences as one batch. They take part from the next step on that has room for them.
  /// - Parameter ids: the caller's name for each of them.
  func admit(_ requests: [DecodingRequest], ids: [Int])

  /// Gives sentences one more target token: the earliest ones whose hypotheses together are at most `rowLimit`, but at
  /// least one sentence. The others wait.
  /// - Parameters:
  ///   - reservedRows: rows for others beside a sentence that takes most of the limit or more.
  ///   - isCancelled: asked by id; a cancelled sentence leaves with the tokens that it has.
  ///   - settled: takes the id and the next tokens that a sentence is certain to begin with. It is called for sentences
  ///     that go on and have `DecodingOptions.tellsTokens`. The result has the rest.
  ///   - finished: takes each sentence that is over.
  func step(
    rowLimit: Int, reservedRows: Int, isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void,
    finished: (Int, DecodingResult) -> Void)
}

/// The sentences that one worker decodes with one model. More sentences can be encoded than step, so that passes through
/// the encoder take many at once.
package final class DecodingLoop: StepwiseDecoding {
  private let model: ModelSummary
  private let session: any DecodingSession
  /// Sentences that step.
  private var active: [Sentence] = []
  /// Sentences that are encoded but have no room to step. Each has one row, after the rows of `active`.
  private var waiting: [Sentence] = []
  private var tokens: [Int32] = []  // (rows of `active`)
  private var parents: [Int] = []  // (rows)
  private var continuations: [Continuation] = []
  /// Rows that searches keep without a step, after the rows of `waiting`.
  private var kept: [Int] = []
  private var avoided: [(row: Int, positions: AvoidedPositions)] = []

  private struct Sentence {
    var id: Int
    var search: any Search
    var rows: Int
    /// Rows that it keeps without a step.
    var keptRows = 0
    /// Greatest number of rows that it comes to have.
    var width: Int
    /// Captured self-attention of the encoder (maps, S, S).
    var encoder: [Float]
    /// The token that the decoder is fed first.
    var start: Int32
    var tellsTokens: Bool
  }

  package init(model: any TranslationModel) {
    self.model = model.summary
    session = model.makeSession()
  }

  deinit {
    if !isEmpty { CoreTeam.leave() }
  }

  package var isEmpty: Bool { active.isEmpty && waiting.isEmpty }

  package func admit(_ requests: [DecodingRequest], ids: [Int]) {
    guard !requests.isEmpty else { return }
    let requests = requests.map { request in
      var request = request
      request.options.capture = request.options.capture.limited(to: model.attention, source: request.source.count)
      return request
    }
    if isEmpty { CoreTeam.join() }
    let searches = requests.map(search)
    let options = zip(requests, searches).map { RowOptions(capture: $0.options.capture, output: $1.output) }
    let encoded = session.admit(SourceBatch(sentences: requests.map(\.source), pad: model.padToken, options: options))
    moveKeptRows(behind: requests.count)
    for (index, encoder) in encoded.enumerated() {
      let wanted = requests[index].options
      waiting.append(
        Sentence(
          id: ids[index], search: searches[index], rows: 1, width: wanted.rows, encoder: encoder,
          start: wanted.startToken ?? model.startToken, tellsTokens: wanted.tellsTokens))
    }
  }

  /// Moves the rows of new sentences, which are the last ones, in front of the kept rows.
  private func moveKeptRows(behind count: Int) {
    let last = session.rowCount
    let new = last - count
    guard !kept.isEmpty else { return }
    let first = new - kept.count
    session.select(Array(0..<first) + Array(new..<last) + Array(first..<new))
  }

  private func search(for request: DecodingRequest) -> any Search {
    if let terms = request.options.terms, request.options.forcedTarget == nil {
      return TermSearch(request, terms, start: model.startToken, end: model.endToken)
    }
    return request.options.rows > 1
      ? BeamSearch(request, start: model.startToken, end: model.endToken)
      : GreedySearch(request, start: model.startToken, end: model.endToken)
  }

  package func step(
    rowLimit: Int, reservedRows: Int, isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void,
    finished: (Int, DecodingResult) -> Void
  ) {
    guard !isEmpty else { return }
    begin(rowLimit, reservedRows)
    session.step(tokens)
    parents.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    avoided.removeAll(keepingCapacity: true)
    var firstRow = 0
    var firstKept = session.rowCount - kept.count
    kept.removeAll(keepingCapacity: true)
    var staying = 0
    for index in active.indices {
      let (rows, keptRows) = (active[index].rows, active[index].keptRows)
      if advance(
        &active[index], firstRow: firstRow, firstKept: firstKept, isCancelled: isCancelled, finished: finished)
      {
        if active[index].tellsTokens { report(active[index], settled) }
        active.swapAt(staying, index)
        staying += 1
      }
      firstRow += rows
      firstKept += keptRows
    }
    active.removeSubrange(staying...)
    keepWaiting(firstRow: firstRow, isCancelled: isCancelled, finished: finished)
    parents += kept
    if isEmpty { CoreTeam.leave() }
    if !parents.elementsEqual(0..<session.rowCount) { session.select(parents) }
    for (row, positions) in avoided { session.avoid(positions, row: row) }
  }

  /// Lets waiting sentences step if there is room for all hypotheses that they can come to have.
  private func begin(_ rowLimit: Int, _ reservedRows: Int) {
    guard !waiting.isEmpty else { return }
    var rows = active.reduce(0) { $0 + $1.width }
    var widest = active.reduce(0) { max($0, $1.width) }
    var count = 0
    for sentence in waiting {
      widest = max(widest, sentence.width)
      guard rows == 0 || rows + sentence.width <= max(rowLimit, widest + reservedRows) else { break }
      rows += sentence.width
      count += 1
    }
    active += waiting.prefix(count)
    tokens += waiting.prefix(count).map(\.start)
    waiting.removeFirst(count)
  }

  /// Keeps the rows of waiting sentences, except cancelled ones.
  private func keepWaiting(
    firstRow: Int, isCancelled: (Int) -> Bool, finished: (Int, DecodingResult) -> Void
  ) {
    var row = firstRow
    waiting.removeAll { sentence in
      defer { row += 1 }
      guard isCancelled(sentence.id) else {
        parents.append(row)
        return false
      }
      finish(sentence, cancelled: true, finished)
      return true
    }
  }

  private func report(_ sentence: Sentence, _ settled: (Int, [Int32]) -> Void) {
    let tokens = sentence.search.takeSettled()
    if !tokens.isEmpty { settled(sentence.id, tokens) }
  }

  /// Lets a sentence's search read the step.
  /// - Returns: whether the sentence goes on.
  private func advance(
    _ sentence: inout Sentence, firstRow: Int, firstKept: Int, isCancelled: (Int) -> Bool,
    finished: (Int, DecodingResult) -> Void
  ) -> Bool {
    let cancelled = isCancelled(sentence.id)
    continuations.removeAll(keepingCapacity: true)
    if !cancelled {
      sentence.search.advance(StepOutput(session: session, firstRow: firstRow), into: &continuations)
    }
    guard !continuations.isEmpty else {
      finish(sentence, cancelled: cancelled, finished)
      return false
    }
    let (rows, keptBefore) = (sentence.rows, kept.count)
    for continuation in continuations {
      let parent = continuation.parent
      let row = parent < rows ? firstRow + parent : firstKept + parent - rows
      guard let token = continuation.token else {
        kept.append(row)
        continue
      }
      if let positions = continuation.avoided { avoided.append((parents.count, positions)) }
      parents.append(row)
      tokens.append(token)
    }
    sentence.keptRows = kept.count - keptBefore
    sentence.rows = continuations.count - sentence.keptRows
    return true
  }

  private func finish(_ sentence: Sentence, cancelled: Bool, _ finished: (Int, DecodingResult) -> Void) {
    var result = sentence.search.finish(cancelled: cancelled)
    if !sentence.encoder.isEmpty { result.attention[.encoder] = sentence.encoder }
    finished(sentence.id, result)
  }
}
