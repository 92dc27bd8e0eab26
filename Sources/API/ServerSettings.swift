/// What clients are told of the server's limits, and what the API itself keeps to.
package struct ServerSettings: Sendable {
  /// Characters of one request's texts together.
  package var characterLimit: Int
  /// The most texts of one request that is taken unless the operator says otherwise: they take 60 MB at most.
  package static let usualBatchLimit = 10_000

  /// Texts of one request.
  package var batchLimit: Int
  /// Whether a translation needs a key.
  package var needsKey: Bool
  /// Where translated files are kept; nil where none are translated.
  package var files: TranslatedFiles?

  package init(
    characterLimit: Int = 200_000, batchLimit: Int = usualBatchLimit, needsKey: Bool = false,
    files: TranslatedFiles? = TranslatedFiles()
  ) {
    self.characterLimit = characterLimit
    self.batchLimit = batchLimit
    self.needsKey = needsKey
    self.files = files
  }

  /// - Throws: `Refusal.tooManyTexts`.
  func checkCount(of texts: [String]) throws {
    guard texts.count > batchLimit else { return }
    throw Refusal.tooManyTexts(found: texts.count, limit: batchLimit)
  }
}
