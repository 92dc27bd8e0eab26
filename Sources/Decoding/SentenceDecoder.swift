import Foundation
import Models

/// Decodes batches on one worker: not for use from two threads at once.
package final class SentenceDecoder {
  private let model: ModelSummary
  private let session: any DecodingSession

  package init(model: any TranslationModel) {
    self.model = model.summary
    session = model.makeSession()
  }

  /// One sentence's place in the loop.
  private struct Active {
    var request: Int
    var search: any Search
    var rows: Int
  }

  /// Encodes all requests as one batch, then steps until the last of them is over. Finished rows leave at once.
  /// - Parameter isCancelled: asked before every step, by number of the request.
  /// - Returns: one result a request, in their order.
  package func decode(
    _ requests: [DecodingRequest], isCancelled: (Int) -> Bool = { _ in false }
  ) -> (results: [DecodingResult], timings: DecodingTimings) {
    var results = [DecodingResult?](repeating: nil, count: requests.count)
    let start = DispatchTime.now()
    let encoded = encode(requests)
    let middle = DispatchTime.now()
    var active = requests.indices.map { Active(request: $0, search: search(for: requests[$0].options), rows: 1) }
    var tokens = [Int32](repeating: model.startToken, count: requests.count)
    while !active.isEmpty {
      let logits = session.step(tokens)
      var parents: [Int] = []
      var going: [Active] = []
      var firstRow = 0
      tokens.removeAll(keepingCapacity: true)
      for var sentence in active {
        let candidates = session.candidates(row: firstRow)
        let step = StepOutput(
          logits: logits + firstRow * model.targetVocabulary, stride: candidates?.count ?? model.targetVocabulary,
          candidates: candidates, session: session, firstRow: firstRow)
        let cancelled = isCancelled(sentence.request)
        let continuations = cancelled ? [] : sentence.search.advance(step)
        if continuations.isEmpty {
          results[sentence.request] = sentence.search.finish(cancelled: cancelled)
        } else {
          parents += continuations.map { firstRow + $0.parent }
          tokens += continuations.map(\.token)
        }
        firstRow += sentence.rows
        sentence.rows = continuations.count
        if !continuations.isEmpty { going.append(sentence) }
      }
      active = going
      if !parents.elementsEqual(0..<session.rowCount) { session.select(parents) }
    }
    let timings = DecodingTimings(
      encodeMilliseconds: milliseconds(from: start, to: middle),
      decodeMilliseconds: milliseconds(from: middle, to: .now()))
    return (zip(results, encoded).compactMap { withEncoder($0, $1) }, timings)
  }

  private func encode(_ requests: [DecodingRequest]) -> [EncoderAttention?] {
    let options = requests.map {
      RowOptions(capture: $0.options.attention, required: $0.options.forcedTarget ?? [])
    }
    return session.admit(SourceBatch(sentences: requests.map(\.source), pad: model.padToken, options: options))
  }

  private func search(for options: DecodingOptions) -> any Search {
    options.beam > 1 && options.forcedTarget == nil
      ? BeamSearch(options, model: model) : GreedySearch(options, model: model)
  }

  private func withEncoder(_ result: DecodingResult?, _ attention: EncoderAttention?) -> DecodingResult? {
    guard var result else { return nil }
    result.attention[.encoder] = attention?.weights
    return result
  }

  private func milliseconds(from start: DispatchTime, to end: DispatchTime) -> Double {
    Double(end.uptimeNanoseconds - start.uptimeNanoseconds) / 1e6
  }
}
