import Foundation
import Models

/// A decoder of whole batches, for one thread at a time.
package final class SentenceDecoder {
  private let loop: any StepwiseDecoding

  package init(model: any TranslationModel) { loop = DecodingLoop(model: model) }

  package init(_ loop: any StepwiseDecoding) { self.loop = loop }

  /// Encodes all requests as one batch, then steps until the last of them is over.
  /// - Parameters:
  ///   - rowLimit: greatest number of hypotheses that step together.
  ///   - isCancelled: asked in every step, by index of the request.
  /// - Returns: one result per request, in their order.
  package func decode(
    _ requests: [DecodingRequest], rowLimit: Int = .max, isCancelled: (Int) -> Bool = { _ in false }
  ) -> (results: [DecodingResult], timings: DecodingTimings) {
    var results = [DecodingResult?](repeating: nil, count: requests.count)
    let start = DispatchTime.now()
    loop.admit(requests, ids: Array(requests.indices))
    let middle = DispatchTime.now()
    while !loop.isEmpty {
      loop.step(
        rowLimit: rowLimit, reservedRows: 0, isCancelled: isCancelled, settled: { _, _ in },
        finished: { results[$0] = $1 })
    }
    let timings = DecodingTimings(
      encodeMilliseconds: milliseconds(from: start, to: middle),
      decodeMilliseconds: milliseconds(from: middle, to: .now()))
    return (results.compactMap { $0 }, timings)
  }

  private func milliseconds(from start: DispatchTime, to end: DispatchTime) -> Double {
    Double(end.uptimeNanoseconds - start.uptimeNanoseconds) / 1e6
  }
}

package struct DecodingTimings: Sendable {
  package var encodeMilliseconds: Double
  package var decodeMilliseconds: Double

  package init(encodeMilliseconds: Double, decodeMilliseconds: Double) {
    self.encodeMilliseconds = encodeMilliseconds
    self.decodeMilliseconds = decodeMilliseconds
  }
}
