import Batching
import Foundation
import Models

/// The settings of a service.
package struct ServiceConfiguration: Sendable {
  /// Model folders as published; a folder's name is its model's id.
  package var modelDirectories: [String]
  /// Folders under which models are found, loaded at their first use.
  package var roots = StoredFolders.Roots()
  package var storeLimits = ModelStore.Limits()
  /// The pair of folders that do not say which languages they translate between.
  package var pair: LanguagePair?
  package var preferences: ModelPreferences
  /// Whether a pair that no model serves is translated through a language between, by two models.
  package var usesPivots: Bool
  /// Threads that compute, each with one BLAS thread.
  package var workers: Int
  package var batching: BatchMode
  /// The most padded tokens in flight on a worker: rows (beams included) times the longest of the clauses encoded together.
  package var maxBatchTokens: Int
  /// The most rows in flight on a worker; nil takes a number that suits each model, and no limit with static batches.
  package var maxBatchRows: Int?
  /// The longest time that a clause waits for others to be encoded with it; nil takes the batching mode's own.
  package var maxDelayMilliseconds: Double?
  /// The most time of a request, and the time of a request that names none; nil for any time.
  package var requestTimeoutMilliseconds: Int?
  /// The most clauses that wait, and tokens times rows of them; beyond either, a request is refused.
  package var maxQueuedSentences: Int
  package var maxQueuedTokens: Int
  /// Hypotheses per decoding step; nil takes each model's own.
  package var beam: Int?
  /// The most Unicode scalars of all texts of one request together.
  package var characterLimit: Int
  /// The most of a request that nobody waits for.
  package var backgroundCharacterLimit = 2_000_000
  /// Earlier translations, also those of services before; nil to translate everything.
  package var cache: ClauseCache?
  /// Whether text that a model cannot read is left out, and translations are checked: for protected spans, numbers,
  /// loops and empty translations.
  package var checksOutput: Bool

  package init(
    modelDirectories: [String], pair: LanguagePair? = nil, preferences: ModelPreferences = ModelPreferences(),
    usesPivots: Bool = true, workers: Int = ProcessInfo.processInfo.activeProcessorCount,
    batching: BatchMode = .continuous, maxBatchTokens: Int = 2048, maxBatchRows: Int? = nil,
    maxDelayMilliseconds: Double? = nil, requestTimeoutMilliseconds: Int? = nil, maxQueuedSentences: Int = 10_000,
    maxQueuedTokens: Int = 400_000, beam: Int? = nil, characterLimit: Int = 200_000, checksOutput: Bool = true
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
    self.checksOutput = checksOutput
  }

  /// Loads the models that stay in memory.
  package func loadModels() throws -> [LoadedModel] {
    try modelDirectories.map { text in
      let place = ModelPlace(text)
      return try LoadedModel(directory: place.directory, id: place.id, pair: pair, preferences: preferences)
    }
  }

  /// The most rows in flight on a worker, per model; empty for no limit.
  func rows(of models: [CatalogModel]) -> [Int] {
    if maxBatchRows == nil && batching == .whole { return [] }
    return models.map { maxBatchRows ?? $0.usefulRows }
  }
}

extension CatalogModel {
  /// The number of rows from which on a decoding step takes longer with each further row.
  ///
  /// A step reads the decoder's weights once for all rows. A dozen rows hide that if the
  /// weights are in a processor's cache; if they come from memory it takes more. Measured with models of 9 to 300 MB, `dragoman bench
  /// --batch-size`.
  var usefulRows: Int { bytes <= 32 << 20 ? 12 : 32 }

  private var bytes: Int {
    switch self {
    case .resident(let model): model.summary.bytes
    case .stored(let model): model.estimatedBytes
    }
  }
}
