import Decoding

/// What the service needs of a decoder; one a worker and model, not for use from two threads at once.
package protocol BatchDecoding: AnyObject {
  /// - Parameter isCancelled: asked before every step, by number of the request.
  /// - Returns: one result a request, in their order.
  func decode(
    _ requests: [DecodingRequest], isCancelled: (Int) -> Bool
  ) -> (results: [DecodingResult], timings: DecodingTimings)
}

extension SentenceDecoder: BatchDecoding {}
