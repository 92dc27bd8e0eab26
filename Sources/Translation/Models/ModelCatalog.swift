import Files

/// The models of a service, by language pair and by id, and the ways between languages that they make.
struct ModelCatalog: Sendable {
  /// A model by its number, and the pair that it translates.
  struct Leg: Sendable {
    let number: Int
    let pair: LanguagePair
  }

  let models: [CatalogModel]
  let pairs: ServedPairs

  /// - Parameter usesPivots: whether two models can serve a pair that none serves alone.
  /// - Throws: `FileError` if there is no model or two share an id.
  init(_ models: [CatalogModel], usesPivots: Bool) throws {
    guard !models.isEmpty else {
      throw FileError(file: "models", problem: "none was found, expected at least one folder of a model")
    }
    var seen: Set<String> = []
    for model in models where !seen.insert(model.id).inserted {
      throw FileError(file: model.id, problem: "two models have this id; --model NAME=DIR gives one another")
    }
    self.models = models
    pairs = ServedPairs(models.map(\.languages), usesPivots: usesPivots)
  }

  /// The shortest route: a model of the pair, which is the first of several unless an id is given; else two models.
  func route(source: String, target: String, id: String?) throws(TranslationError) -> [Leg] {
    let pair = LanguagePair(source: pairs.source(named: source), target: pairs.target(named: target))
    guard id == nil, let pivot = pairs.pivot(of: pair) else { return [try leg(pair, id: id)] }
    return [
      try leg(LanguagePair(source: pair.source, target: pivot), id: nil),
      try leg(LanguagePair(source: pivot, target: pair.target), id: nil),
    ]
  }

  /// The model that serves a pair alone.
  func direct(source: String, target: String, id: String?) throws(TranslationError) -> Leg {
    let legs = try route(source: source, target: target, id: id)
    guard legs.count == 1 else {
      throw .noDirectModel(source: source, target: target, pivot: legs[0].pair.target)
    }
    return legs[0]
  }

  /// The source languages of a model that is asked for by its id.
  func sources(id: String, target: String) throws(TranslationError) -> [String] {
    let languages = pairs.models[try index(ofID: id)]
    let target = pairs.target(named: target)
    let sources = languages.sources.filter { languages.contain(LanguagePair(source: $0, target: target)) }
    guard !sources.isEmpty else {
      throw .pairNotServed(source: "auto", target: target, served: ServedPairs([languages]))
    }
    return sources
  }

  private func leg(_ pair: LanguagePair, id: String?) throws(TranslationError) -> Leg {
    Leg(number: try number(of: pair, id: id), pair: pair)
  }

  private func number(of pair: LanguagePair, id: String?) throws(TranslationError) -> Int {
    guard let id else {
      if let index = pairs.model(pair) { return index }
      throw .pairNotServed(source: pair.source, target: pair.target, served: pairs)
    }
    let index = try index(ofID: id)
    guard pairs.models[index].contain(pair) else {
      throw .pairNotServed(source: pair.source, target: pair.target, served: ServedPairs([pairs.models[index]]))
    }
    return index
  }

  private func index(ofID id: String) throws(TranslationError) -> Int {
    guard let index = models.firstIndex(where: { $0.id == id }) else {
      throw .unknownModel(id, served: models.map(\.id))
    }
    return index
  }
}

/// A model of a catalog: in memory as long as the service, or in a store.
package enum CatalogModel: Sendable {
  case resident(LoadedModel)
  case stored(StoredModel)

  package var id: String {
    switch self {
    case .resident(let model): model.id
    case .stored(let model): model.id
    }
  }

  package var languages: ModelLanguages {
    switch self {
    case .resident(let model): model.languages
    case .stored(let model): model.languages
    }
  }

  var stored: StoredModel? {
    if case .stored(let model) = self { model } else { nil }
  }

  var resident: LoadedModel? {
    if case .resident(let model) = self { model } else { nil }
  }
}
