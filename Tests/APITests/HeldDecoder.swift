import Decoding
import Support

/// A decoder that repeats its source, one token per step, and makes no step before the test lets it.
final class HeldDecoder: StepwiseDecoding {
  private let hold: Hold
  private var underWay: [(id: Int, request: DecodingRequest, told: Int)] = []
  /// The first batch is the worker's warm-up.
  private var batches = 0

  /// The signals between a test and its decoder.
  struct Hold: Sendable {
    /// Lets the decoder make a step.
    let step = Signal()
    /// A sentence left because nobody waits for it.
    let left = Signal()
  }

  init(_ hold: Hold) {
    self.hold = hold
  }

  var isEmpty: Bool { underWay.isEmpty }

  func admit(_ requests: [DecodingRequest], ids: [Int]) {
    batches += 1
    underWay += zip(ids, requests).map { ($0, $1, 0) }
  }

  func step(
    rowLimit: Int, reservedRows: Int, isCancelled: (Int) -> Bool, settled: (Int, [Int32]) -> Void,
    finished: (Int, DecodingResult) -> Void
  ) {
    if batches > 1 { hold.step.wait() }
    for index in underWay.indices {
      let (id, request, told) = underWay[index]
      underWay[index].told += 1
      if isCancelled(id) {
        hold.left.signal()
        underWay[index].told = request.source.count
        finished(id, result(request, .cancelled))
      } else if told + 1 == request.source.count {
        finished(id, result(request, .eos))
      } else if request.options.tellsTokens {
        settled(id, [request.source[told]])
      }
    }
    underWay.removeAll { $0.told == $0.request.source.count }
  }

  private func result(_ request: DecodingRequest, _ reason: StopReason) -> DecodingResult {
    let hypothesis = Hypothesis(
      tokens: request.source, logProbs: request.source.map { _ in -0.25 }, score: -1, stopReason: reason)
    return DecodingResult(hypotheses: [hypothesis], attention: [:])
  }
}
