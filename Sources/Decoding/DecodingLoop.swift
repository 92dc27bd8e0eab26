import Models
import Tensor

/// Sentences under way together on one worker: they enter whenever their caller likes, and leave when they are over,
/// whoever else is still going.
package final class DecodingLoop: StepwiseDecoding {
  private let model: ModelSummary
  private let session: any DecodingSession
  private var active: [Active] = []
  private var tokens: [Int32] = []  // (rows)
  private var parents: [Int] = []  // (rows)
  private var continuations: [Continuation] = []

  /// One sentence's place in the loop.
  private struct Active {
    var id: Int
    var search: any Search
    var rows: Int
    var encoder: EncoderAttention?
    var tellsTokens: Bool
  }

  package init(model: any TranslationModel) {
    self.model = model.summary
    session = model.makeSession()
  }

  deinit {
    if !active.isEmpty { CoreTeam.leave() }
  }

  package var isEmpty: Bool { active.isEmpty }
  /// Hypotheses under way.
  package var rowCount: Int { session.rowCount }

  package func admit(_ requests: [DecodingRequest], ids: [Int]) {
    guard !requests.isEmpty else { return }
    if active.isEmpty { CoreTeam.join() }
    let searches = requests.map { search(for: $0.options) }
    let options = zip(requests, searches).map { RowOptions(capture: $0.options.attention, output: $1.output) }
    let encoded = session.admit(SourceBatch(sentences: requests.map(\.source), pad: model.padToken, options: options))
    for (index, encoder) in encoded.enumerated() {
      active.append(
        Active(
          id: ids[index], search: searches[index], rows: 1, encoder: encoder,
          tellsTokens: requests[index].options.tellsTokens))
      tokens.append(model.startToken)
    }
  }

  private func search(for options: DecodingOptions) -> any Search {
    options.beam > 1 && options.forcedTarget == nil
      ? BeamSearch(options, model: model) : GreedySearch(options, model: model)
  }

  package func step(
    isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void, finished: (Int, DecodingResult) -> Void
  ) {
    guard !active.isEmpty else { return }
    session.step(tokens)
    parents.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    var firstRow = 0
    var staying = 0
    for index in active.indices {
      let rows = active[index].rows
      if advance(&active[index], firstRow: firstRow, isCancelled: isCancelled, finished: finished) {
        if active[index].tellsTokens { tell(active[index], settled) }
        active.swapAt(staying, index)
        staying += 1
      }
      firstRow += rows
    }
    active.removeSubrange(staying...)
    if active.isEmpty { CoreTeam.leave() }
    if !parents.elementsEqual(0..<session.rowCount) { session.select(parents) }
  }

  private func tell(_ sentence: Active, _ settled: (Int, [Int32]) -> Void) {
    let tokens = sentence.search.takeSettled()
    if !tokens.isEmpty { settled(sentence.id, tokens) }
  }

  /// - Returns: whether the sentence goes on.
  private func advance(
    _ sentence: inout Active, firstRow: Int, isCancelled: (Int) -> Bool, finished: (Int, DecodingResult) -> Void
  ) -> Bool {
    let cancelled = isCancelled(sentence.id)
    continuations.removeAll(keepingCapacity: true)
    if !cancelled {
      sentence.search.advance(StepOutput(session: session, firstRow: firstRow), into: &continuations)
    }
    guard !continuations.isEmpty else {
      var result = sentence.search.finish(cancelled: cancelled)
      result.attention[.encoder] = sentence.encoder?.weights
      finished(sentence.id, result)
      return false
    }
    for continuation in continuations {
      parents.append(firstRow + continuation.parent)
      tokens.append(continuation.token)
    }
    sentence.rows = continuations.count
    return true
  }
}
