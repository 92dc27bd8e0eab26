/// What clients are told of the server's limits, and what the API itself keeps to.
package struct ServerSettings: Sendable {
  /// Characters of one request's texts together.
  package var characterLimit: Int
  /// Texts of one request; nil for any number.
  package var batchLimit: Int?
  /// Whether a translation needs a key.
  package var needsKey: Bool
  /// Where translated files are kept; nil where none are translated.
  package var files: TranslatedFiles?

  package init(
    characterLimit: Int = 200_000, batchLimit: Int? = nil, needsKey: Bool = false,
    files: TranslatedFiles? = TranslatedFiles()
  ) {
    self.characterLimit = characterLimit
    self.batchLimit = batchLimit
    self.needsKey = needsKey
    self.files = files
  }

  /// - Throws: `Refusal.tooManyTexts`.
  func checkCount(of texts: [String]) throws {
    guard let batchLimit, texts.count > batchLimit else { return }
    throw Refusal.tooManyTexts(found: texts.count, limit: batchLimit)
  }
}
