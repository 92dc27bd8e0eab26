import Translation

/// The error of a request that gets no answer. `ErrorStatus` gives each its status.
enum Refusal: Error, Equatable {
  /// The body cannot be read, or a field is missing or holds a wrong value.
  case malformed(String)
  case unsupportedMediaType(String)
  /// The body is packed in a way that is not read.
  case unsupportedContentCoding(String)
  /// The body is over the limit after it is unpacked.
  case unpackedBodyTooLarge(limit: Int)
  /// A key is needed, and the request has none, or an unknown one.
  case keyMissing, keyUnknown
  case tooManyRequests(perMinute: Int, retryAfterSeconds: Int)
  /// The characters of a key's day or month are used up.
  case quotaExceeded(limit: Int, period: String)
  /// The request has more texts than the operator allows.
  case tooManyTexts(found: Int, limit: Int)
  /// A file is over the limit; sizes in bytes.
  case fileTooLarge(found: Int, limit: Int)
  /// LibreTranslate collects suggestions if its operator wants them; this server does not.
  case suggestionsDisabled
  /// The operator has turned files off, or there is no file of that name.
  case filesDisabled, noSuchFile
  /// A document is uploaded and not translated yet.
  case documentNotReady
  /// The client has no job of that id, or its time is over.
  case noSuchJob
  /// A job in memory did not end before the server.
  case jobLost
  /// A job has been answered, and the answer cannot be written.
  case answerNotWritten
  /// A job has no answer yet.
  case jobNotDone
  /// A client has as many jobs as it can have.
  case tooManyJobs(found: Int, limit: Int)
  /// The jobs of a client, or the answer of one, take more bytes than they can.
  case jobsTooLarge(found: Int, limit: Int)
  /// The client has no glossary of that id, or the glossary has no such dictionary.
  case noSuchGlossary
  /// The models are still being loaded.
  case loading
  /// No route has the path.
  case unknownPath(String)
  /// The path has routes for other methods; `allowed` is the value of `Allow`.
  case unknownMethod(String, path: String, allowed: String)
  /// An error of the connection, found before there was a request to route.
  case connection(status: Int, message: String)
  /// An error of the translation service.
  case service(TranslationError)

  /// A field that must be present is not.
  static func missing(_ field: String) -> Refusal { .malformed("Invalid request: missing \(field) parameter") }

  static func isRateLimit(_ error: any Error) -> Bool {
    if case .tooManyRequests? = error as? Refusal { return true }
    return false
  }
}

/// The reason of a refusal in a word, for logs and metrics.
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
  case notDone = "not_done"
  case jobs
  case rateLimit = "rate_limit"
  case quota
  case loading
  case queueFull = "queue_full"
  case tooBusy = "too_busy"
  case draining
  case cancelled
  case deadline
  case noRoom = "no_room"
  case failed
}

extension String {
  /// The text as error messages quote it: its first 80 Unicode scalars, and an ellipsis in place of further ones.
  var excerpt: String {
    let scalars = unicodeScalars.prefix(80)
    return scalars.endIndex == unicodeScalars.endIndex ? self : String(String.UnicodeScalarView(scalars)) + "…"
  }
}
