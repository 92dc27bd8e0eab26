/// Why a request could not be served. The API's one table turns each into an HTTP status.
package enum TranslationError: Error, Equatable, Sendable {
  /// A field holds what it may not; the message says what was found and what is expected.
  case invalid(field: String, message: String)
  case pairNotServed(source: String, target: String, served: [LanguagePair])
  case unknownModel(String, served: [String])
  /// A text, or all of them together, is over the limit; sizes in characters.
  case textTooLong(found: Int, limit: Int)
  /// An answer would hold more attention weights than the limit.
  case attentionTooLarge(found: Int, limit: Int)
  case queueFull(retryAfterSeconds: Int)
  /// It could not be expected to be done before its deadline.
  case tooBusy(retryAfterSeconds: Int)
  case draining
  case deadlinePassed
  /// The architecture has no attention of that kind.
  case noAttention(architecture: String, kind: String)
  /// What belongs to one model was asked of a pair that goes through a language between, by two models.
  case noDirectModel(source: String, target: String, pivot: String)
  case cancelled
  case failed(String)
}
