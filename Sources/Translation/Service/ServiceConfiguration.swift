import Batching
import Foundation
import Models

/// What an operator can set of the service.
package struct ServiceConfiguration: Sendable {
  /// Folders as published; a folder's name is its model's id.
  package var modelDirectories: [String]
  /// For folders that do not say which languages they translate between.
  package var pair: LanguagePair?
  package var preferences: ModelPreferences
  /// Whether a pair that no model serves is translated through a language between, by two models.
  package var usesPivots: Bool
  /// Threads that compute, each with one BLAS thread.
  package var workers: Int
  package var batching: BatchMode
  /// Padded tokens under way on a worker: rows (beams included) times the longest of the sentences encoded together.
  package var maxBatchTokens: Int
  /// Rows under way on a worker.
  /// nil takes what suits each model, and any number with static batches.
  package var maxBatchRows: Int?
  /// What a sentence waits at most for others to be encoded with it.
  /// nil takes what suits the way of batching.
  package var maxDelayMilliseconds: Double?
  /// What a request may take, and what one takes that asks for nothing else; nil is any time.
  package var requestTimeoutMilliseconds: Int?
  /// Sentences, and rows times tokens of them, that may wait; beyond either a request is refused.
  package var maxQueuedSentences: Int
  package var maxQueuedTokens: Int
  /// nil takes what each model's own configuration says.
  package var beam: Int?
  /// Characters (Unicode scalars) of all texts of one request together.
  package var characterLimit: Int
  /// Whether what a model can not read is left out, and translations are looked over: for what had to stay as it is,
  /// numbers, loops and nothing at all.
  package var guards: Bool

  package init(
    modelDirectories: [String], pair: LanguagePair? = nil, preferences: ModelPreferences = ModelPreferences(),
    usesPivots: Bool = true, workers: Int = ProcessInfo.processInfo.activeProcessorCount,
    batching: BatchMode = .continuous, maxBatchTokens: Int = 2048, maxBatchRows: Int? = nil,
    maxDelayMilliseconds: Double? = nil, requestTimeoutMilliseconds: Int? = nil, maxQueuedSentences: Int = 10_000,
    maxQueuedTokens: Int = 400_000, beam: Int? = nil, characterLimit: Int = 200_000, guards: Bool = true
  ) {
    self.modelDirectories = modelDirectories
    self.pair = pair
    self.preferences = preferences
    self.usesPivots = usesPivots
    self.workers = workers
    self.batching = batching
    self.maxBatchTokens = maxBatchTokens
    self.maxBatchRows = maxBatchRows
    self.maxDelayMilliseconds = maxDelayMilliseconds
    self.requestTimeoutMilliseconds = requestTimeoutMilliseconds
    self.maxQueuedSentences = maxQueuedSentences
    self.maxQueuedTokens = maxQueuedTokens
    self.beam = beam
    self.characterLimit = characterLimit
    self.guards = guards
  }

  /// Rows under way on a worker, of each model; none where any number may be.
  func rows(of models: [LoadedModel]) -> [Int] {
    if maxBatchRows == nil && batching == .whole { return [] }
    return models.map { maxBatchRows ?? $0.summary.usefulRows }
  }
}
