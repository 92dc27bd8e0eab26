import Files

/// The models of a service, by language pair and by id, and the ways between languages that they make.
struct ModelCatalog: Sendable {
  /// The models, by number, that translate a text.
  enum Route: Equatable {
    case direct(Int)
    /// Two models with a pivot language between them.
    case through(String, first: Int, second: Int)
  }

  let models: [LoadedModel]
  /// Every pair once: first the models' in their order, then the pairs with a pivot language.
  let pairs: [LanguagePair]
  /// The pivot language of each pair that has no model of its own.
  private let pivots: [LanguagePair: String]

  /// - Parameter usesPivots: whether two models can serve a pair that none serves alone.
  /// - Throws: `FileError` if there is no model or two share an id.
  init(_ models: [LoadedModel], usesPivots: Bool) throws {
    guard !models.isEmpty else {
      throw FileError(file: "models", item: "number", found: "0", expected: "at least one")
    }
    var seen: Set<String> = []
    for model in models where !seen.insert(model.id).inserted {
      throw FileError(
        file: model.id, item: "id", found: "two folders of that name", expected: "a name of its own for each model")
    }
    var served: Set<LanguagePair> = []
    let direct = models.map(\.pair).filter { served.insert($0).inserted }
    self.models = models
    pivots = usesPivots ? Self.pivots(between: direct) : [:]
    pairs = direct + pivots.keys.sorted { ($0.source, $0.target) < ($1.source, $1.target) }
  }

  /// The shortest route: a model of the pair, which is the first of several unless an id is given; else two models.
  func route(source: String, target: String, id: String?) throws(TranslationError) -> Route {
    let pair = LanguagePair(source: source, target: target)
    guard id == nil, let pivot = pivots[pair] else { return .direct(try model(of: pair, id: id)) }
    return .through(
      pivot, first: try model(of: LanguagePair(source: source, target: pivot), id: nil),
      second: try model(of: LanguagePair(source: pivot, target: target), id: nil))
  }

  /// The number of the model that serves a pair alone.
  func index(source: String, target: String, id: String?) throws(TranslationError) -> Int {
    switch try route(source: source, target: target, id: id) {
    case .direct(let index): return index
    case .through(let pivot, _, _): throw .noDirectModel(source: source, target: target, pivot: pivot)
    }
  }

  /// The source language of a model that is asked for by its id.
  func source(id: String, target: String) throws(TranslationError) -> String {
    guard let model = models.first(where: { $0.id == id }) else { throw .unknownModel(id, served: models.map(\.id)) }
    guard model.pair.target == target else {
      throw .pairNotServed(source: "auto", target: target, served: [model.pair])
    }
    return model.pair.source
  }

  private func model(of pair: LanguagePair, id: String?) throws(TranslationError) -> Int {
    guard let id else {
      if let index = models.firstIndex(where: { $0.pair == pair }) { return index }
      throw .pairNotServed(source: pair.source, target: pair.target, served: pairs)
    }
    guard let index = models.firstIndex(where: { $0.id == id }) else {
      throw .unknownModel(id, served: models.map(\.id))
    }
    guard models[index].pair == pair else {
      throw .pairNotServed(source: pair.source, target: pair.target, served: [models[index].pair])
    }
    return index
  }

  /// The pivot language of each pair: English if it is one of several, since most models and the best are from or to it;
  /// else the first.
  private static func pivots(between direct: [LanguagePair]) -> [LanguagePair: String] {
    var pivots: [LanguagePair: String] = [:]
    for first in direct {
      for second in direct where second.source == first.target && second.target != first.source {
        let pair = LanguagePair(source: first.source, target: second.target)
        if direct.contains(pair) { continue }
        if pivots[pair] == nil || isEnglish(first.target) { pivots[pair] = first.target }
      }
    }
    return pivots
  }

  private static func isEnglish(_ code: String) -> Bool {
    ["en", "eng"].contains(code.prefix { $0 != "_" })
  }
}
