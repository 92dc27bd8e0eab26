import Foundation
import Models

/// The service behind the API; tests have a double.
package protocol Translator: Sendable {
  /// Translates texts. The completion is called exactly once, on any thread, with a translation per text in their order.
  /// - Returns: a handle that takes the work back when its client has gone.
  @discardableResult
  func translate(
    _ request: TranslationRequest,
    completion: @escaping @Sendable (Result<[TranslatedText], TranslationError>) -> Void
  ) -> any Cancellable

  /// Shows the attention of one clause. The completion is called exactly once, on any thread.
  @discardableResult
  func attention(
    _ request: AttentionRequest,
    completion: @escaping @Sendable (Result<AttentionAnswer, TranslationError>) -> Void
  ) -> any Cancellable

  /// Scores given translations. The completion is called exactly once, on any thread, with a score per pair in their
  /// order.
  @discardableResult
  func score(
    _ request: ScoreRequest,
    completion: @escaping @Sendable (Result<[TranslationScore], TranslationError>) -> Void
  ) -> any Cancellable

  /// Checks that there is room for a request of the least size, before any work is put into it.
  /// - Throws: the error that `translate` would complete such a request with.
  func checkRoom(for terms: RequestTerms) throws(TranslationError)

  /// Checks a request that is to be translated later: its limits and its languages.
  /// - Throws: the error that `translate` would complete such a request with.
  func check(_ request: TranslationRequest) throws(TranslationError)

  var models: [ServedModel] { get }
  /// Every pair that is translated, pairs through a language between included.
  var pairs: ServedPairs { get }
  /// True once every model is loaded and warmed up, false from the moment a drain starts.
  var isReady: Bool { get }
  var load: ServiceLoad { get }
  /// The use of the cache of translations; nil if there is none.
  var cacheUse: CacheUse? { get }
}

extension Translator {
  package var cacheUse: CacheUse? { nil }

  package func check(_ request: TranslationRequest) throws(TranslationError) { try checkServed(request) }

  /// Checks that the pair of a request is served, or that any is into its target if its languages are to be detected.
  func checkServed(_ request: TranslationRequest) throws(TranslationError) {
    if let name = request.model, !models.contains(where: { $0.id == name }) {
      throw .unknownModel(name, served: models.map(\.id))
    }
    let (pairs, target) = (pairs, request.target)
    let isServed =
      request.source.map { $0 == target || pairs.contain(LanguagePair(source: $0, target: target)) }
      ?? !pairs.sources(to: target).isEmpty
    if !isServed { throw .pairNotServed(source: request.source ?? "auto", target: target, served: pairs) }
  }
}

/// A request whose work can be taken back.
package protocol Cancellable: Sendable {
  /// Takes the work out of the queue, or out of its batch at the next decoder step. Safe to call at any time.
  func cancel()
}

/// A model as `/models` describes it.
package struct ServedModel: Sendable {
  package var id: String
  /// Nil if the model has not been loaded yet.
  package var architecture: String?
  package var parameters: Int?
  /// Bytes in memory; of a model that is not loaded, those that it will take as far as they are known.
  package var bytes: Int
  package var languages: ModelLanguages
  package var precision: String?
  package var vocabulary: Int?
  /// Kinds of attention that `/attention` can show; empty if the decoder only takes the encoder's state.
  package var attention: [AttentionKind]
  package var isLoaded = true
  /// The time since a stored model was last used; nil if it never was, and for models that stay.
  package var idleSeconds: Double?
  /// The error of the last load; nil if there was none.
  package var failure: String?

  /// The maker's note; nil if there is none.
  package var card: ModelCard?

  package init(
    id: String, architecture: String?, parameters: Int?, bytes: Int, languages: ModelLanguages, precision: String?,
    vocabulary: Int?, attention: [AttentionKind], card: ModelCard? = nil
  ) {
    self.id = id
    self.architecture = architecture
    self.parameters = parameters
    self.bytes = bytes
    self.languages = languages
    self.precision = precision
    self.vocabulary = vocabulary
    self.attention = attention
    self.card = card
  }

  init(_ stored: StoredModel, _ state: StoredModelState) {
    self =
      state.model
      ?? ServedModel(
        id: stored.id, architecture: nil, parameters: nil, bytes: stored.estimatedBytes, languages: stored.languages,
        precision: nil, vocabulary: nil, attention: [])
    isLoaded = state.isLoaded
    idleSeconds = state.idleSeconds
    failure = state.failure
  }
}

/// The work of a service at a moment.
package struct ServiceLoad: Sendable, Equatable {
  package var queuedSentences: Int
  /// Rows in flight on all workers, beams included.
  package var activeRows: Int

  package init(queuedSentences: Int = 0, activeRows: Int = 0) {
    self.queuedSentences = queuedSentences
    self.activeRows = activeRows
  }
}
