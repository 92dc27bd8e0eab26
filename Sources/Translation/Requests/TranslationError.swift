import Batching

/// The reason why a request could not be served. One table of the API turns each into an HTTP status.
package enum TranslationError: Error, Equatable, Sendable {
  /// A field has a wrong value; the message says which was found and which is expected.
  case invalid(field: String, message: String)
  case pairNotServed(source: String, target: String, served: ServedPairs)
  /// The texts are in a language that cannot be translated into the target; nil if the detector does not know it.
  case languageNotServed(String?, target: String, served: ServedPairs)
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
  /// A model that the request needs cannot be loaded; the message says why.
  case modelUnavailable(String)
  /// The models that the request needs never fit into the memory for models; sizes in bytes.
  case modelsTooLarge([String], found: Int, limit: Int)
  /// The architecture has no attention of that kind.
  case noAttention(architecture: String, kind: String)
  /// The request needs one model, and its pair goes through a language between, by two models.
  case noDirectModel(source: String, target: String, pivot: String)
  case cancelled
  case failed(String)
}

extension TranslationError {
  init(_ failure: BatchFailure) {
    self =
      switch failure {
      case .queueFull(let wait): .queueFull(retryAfterSeconds: Self.seconds(wait))
      case .tooLate(let wait): .tooBusy(retryAfterSeconds: Self.seconds(wait))
      case .deadlinePassed: .deadlinePassed
      case .draining: .draining
      case .cancelled: .cancelled
      case .unanswered: .failed("a worker gave no answer")
      }
  }

  init(_ error: LeaseError) {
    self =
      switch error {
      case .notLoaded(let error): .modelUnavailable(error.withoutFolder)
      case .tooLarge(let models, let found, let limit): .modelsTooLarge(models, found: found, limit: limit)
      }
  }

  /// Whether workers or their queue have no room. A request that needs neither can be answered all the same.
  var isWantOfRoom: Bool {
    switch self {
    case .queueFull, .tooBusy: true
    default: false
    }
  }

  /// Whole seconds from nanoseconds: at least 1, at most an hour.
  private static func seconds(_ nanoseconds: UInt64) -> Int {
    Int(min(max((Double(nanoseconds) / 1e9).rounded(.up), 1), 3600))
  }
}
