import Foundation

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
  /// Padded tokens a batch: rows (beams included) times the longest sentence.
  package var maxBatchTokens: Int
  /// What a sentence waits at most for company while a worker is idle.
  package var maxDelayMilliseconds: Double
  /// Sentences, and rows times tokens of them, that may wait; beyond either a request is refused.
  package var maxQueuedSentences: Int
  package var maxQueuedTokens: Int
  /// nil takes what each model's own configuration says.
  package var beam: Int?
  /// Characters (Unicode scalars) of all texts of one request together.
  package var characterLimit: Int

  package init(
    modelDirectories: [String], pair: LanguagePair? = nil, preferences: ModelPreferences = ModelPreferences(),
    usesPivots: Bool = true, workers: Int = ProcessInfo.processInfo.activeProcessorCount, maxBatchTokens: Int = 2048,
    maxDelayMilliseconds: Double = 3, maxQueuedSentences: Int = 10_000,
    maxQueuedTokens: Int = 400_000, beam: Int? = nil, characterLimit: Int = 200_000
  ) {
    self.modelDirectories = modelDirectories
    self.pair = pair
    self.preferences = preferences
    self.usesPivots = usesPivots
    self.workers = workers
    self.maxBatchTokens = maxBatchTokens
    self.maxDelayMilliseconds = maxDelayMilliseconds
    self.maxQueuedSentences = maxQueuedSentences
    self.maxQueuedTokens = maxQueuedTokens
    self.beam = beam
    self.characterLimit = characterLimit
  }
}
