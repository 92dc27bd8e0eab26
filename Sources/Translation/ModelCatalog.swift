import Files

/// The models of a service, by language pair and by id.
struct ModelCatalog: Sendable {
  let models: [LoadedModel]

  /// - Throws: `FileError` where there is none or two share an id.
  init(_ models: [LoadedModel]) throws {
    guard !models.isEmpty else {
      throw FileError(file: "models", item: "number", found: "0", expected: "at least one")
    }
    var seen: Set<String> = []
    for model in models where !seen.insert(model.id).inserted {
      throw FileError(
        file: model.id, item: "id", found: "two folders of that name", expected: "a name of its own for each model")
    }
    self.models = models
  }

  /// The number of the model that serves a pair; of several the first, unless an id picks one.
  func index(source: String, target: String, id: String?) throws(TranslationError) -> Int {
    let pair = LanguagePair(source: source, target: target)
    guard let id else {
      if let index = models.firstIndex(where: { $0.pair == pair }) { return index }
      throw .pairNotServed(source: source, target: target, served: pairs)
    }
    guard let index = models.firstIndex(where: { $0.id == id }) else {
      throw .unknownModel(id, served: models.map(\.id))
    }
    guard models[index].pair == pair else {
      throw .pairNotServed(source: source, target: target, served: [models[index].pair])
    }
    return index
  }

  /// Each once, in the order of the models.
  private var pairs: [LanguagePair] {
    var seen: Set<LanguagePair> = []
    return models.map(\.pair).filter { seen.insert($0).inserted }
  }
}
