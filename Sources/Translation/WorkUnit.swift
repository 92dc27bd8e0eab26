import Batching
import Decoding
import Models

/// One clause on its way to a worker.
struct WorkUnit: Sendable {
  /// Number in the catalog; units of different models never share a batch.
  var model: Int
  var request: DecodingRequest

  var payload: BatchPayload<WorkUnit> {
    let length = max(request.source.count, request.options.forcedTarget?.count ?? 0)
    return BatchPayload(self, kind: model, length: length, rows: request.options.beam)
  }
}

/// What came of a unit, and of the batch that carried it.
struct UnitAnswer: Sendable {
  var result: DecodingResult
  var queueMilliseconds: Double
  var timings: DecodingTimings
  var batch: UInt64
  var batchSize: Int
}
