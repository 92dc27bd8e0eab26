import Batching
import Decoding
import Tokenization

/// One clause on its way to a worker.
struct WorkUnit: BatchPayload {
  /// Number in the catalog; units of different models never share a batch.
  var model: Int
  var request: DecodingRequest
  /// Takes tokens as they become certain; nil where nobody waits for them.
  var listener: (@Sendable ([Int32]) -> Void)?

  var kind: Int { model }
  var length: Int { max(request.source.count, request.options.forcedTarget?.count ?? 0) }
  var rows: Int { request.options.rows }
}

/// What came of a unit, and how.
struct UnitAnswer: Sendable {
  var result: DecodingResult
  /// Per target token the position of the source token that it links to; empty if no alignment was asked for.
  var aligned: [Int] { result.alignment }
  /// Of the clause and of its best hypothesis.
  var tokens: TokenCounts
  var timings: Timings
}
