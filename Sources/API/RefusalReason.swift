/// Why a request was refused, in a word for logs and metrics.
enum RefusalReason: String, Sendable {
  case malformed
  case tooLarge = "too_large"
  case mediaType = "media_type"
  case notServed = "not_served"
  case noAttention = "no_attention"
  case notFound = "not_found"
  case method
  case slow
  case connections
  case keyMissing = "key_missing"
  case keyUnknown = "key_unknown"
  case disabled
  case rateLimit = "rate_limit"
  case loading
  case queueFull = "queue_full"
  case tooBusy = "too_busy"
  case draining
  case cancelled
  case deadline
  case failed
}
