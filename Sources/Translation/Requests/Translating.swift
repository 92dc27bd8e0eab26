import Foundation
import Models

/// What the API needs of the service behind it; a test may stand in for the real one.
package protocol Translating: Sendable {
  /// Calls `completion` exactly once, on any thread, an answer a text in the order given.
  /// - Returns: a handle that takes the work back when its client has gone.
  @discardableResult
  func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable

  @discardableResult
  func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable

  var models: [ServedModel] { get }
  /// Every pair that is translated, each once, those through a language between included.
  var pairs: [LanguagePair] { get }
  /// True once every model is loaded and warmed up, false from the moment a drain starts.
  var isReady: Bool { get }
  var load: ServiceLoad { get }
}

package protocol Cancellable: Sendable {
  /// Takes the work out of the queue, or out of its batch at the next decoder step. Safe to call at any time.
  func cancel()
}

/// A line of `/models`.
package struct ServedModel: Sendable {
  package var id: String
  package var architecture: String
  package var parameters: Int
  package var bytes: Int
  package var pair: LanguagePair
  package var precision: String
  package var vocabulary: Int
  /// What there is to ask `/attention` for; none where the model only hands on its state.
  package var attention: [AttentionKind]

  package init(
    id: String, architecture: String, parameters: Int, bytes: Int, pair: LanguagePair, precision: String,
    vocabulary: Int, attention: [AttentionKind]
  ) {
    self.id = id
    self.architecture = architecture
    self.parameters = parameters
    self.bytes = bytes
    self.pair = pair
    self.precision = precision
    self.vocabulary = vocabulary
    self.attention = attention
  }
}
