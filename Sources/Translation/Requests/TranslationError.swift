/// The reason why a request could not be served. One table of the API turns each into an HTTP status.
package enum TranslationError: Error, Equatable, Sendable {
  /// A field has a wrong value; the message says which was found and which is expected.
  case invalid(field: String, message: String)
  case pairNotServed(source: String, target: String, served: [LanguagePair])
  case unknownModel(String, served: [String])
  /// A text, or all texts together, are over the limit; sizes in Unicode scalars.
  case textTooLong(found: Int, limit: Int)
  /// An answer would hold more attention weights than the limit.
  case attentionTooLarge(found: Int, limit: Int)
  case queueFull(retryAfterSeconds: Int)
  /// The request could not be expected to be done before its deadline.
  case tooBusy(retryAfterSeconds: Int)
  case draining
  case deadlinePassed
  /// The architecture has no attention of that kind.
  case noAttention(architecture: String, kind: String)
  /// The request needs one model, and its pair goes through a language between, by two models.
  case noDirectModel(source: String, target: String, pivot: String)
  case cancelled
  case failed(String)
}
