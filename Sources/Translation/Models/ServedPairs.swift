import Languages

/// The language pairs of a service: those of its models, and pairs that two models serve through a pivot language.
///
/// A model of two hundred languages has forty thousand pairs. So the languages are kept per model, and pairs are found
/// when they are asked for.
package struct ServedPairs: Sendable, Equatable {
  /// Languages per model, a language spelled in one way in all of them.
  let models: [ModelLanguages]
  private let usesPivots: Bool
  /// Numbers of the models by language.
  private let modelsBySource: [String: [Int]]
  private let modelsByTarget: [String: [Int]]
  private let spellings: [LanguageCode: String]
  /// Every language that is a source, each once, in the models' order.
  package let sources: [String]
  /// Every language that is a target, each once, in the models' order.
  package let targets: [String]

  /// - Parameters:
  ///   - models: languages per model. If models spell a language in several ways, the first spelling is used.
  ///   - usesPivots: whether two models can serve a pair that none serves alone.
  package init(_ models: [ModelLanguages], usesPivots: Bool = false) {
    var spellings: [LanguageCode: String] = [:]
    func spelled(_ code: String) -> String {
      let language = LanguageCode(code)
      defer { if spellings[language] == nil { spellings[language] = code } }
      return spellings[language] ?? code
    }
    let models = models.map {
      ModelLanguages(sources: $0.sources.map(spelled), targets: $0.targets.map(spelled))
    }
    func byLanguage(_ languages: (ModelLanguages) -> [String]) -> [String: [Int]] {
      models.enumerated().reduce(into: [:]) { known, model in
        for language in languages(model.element) { known[language, default: []].append(model.offset) }
      }
    }
    self.models = models
    self.usesPivots = usesPivots
    self.spellings = spellings
    modelsBySource = byLanguage(\.sources)
    modelsByTarget = byLanguage(\.targets)
    sources = models.flatMap(\.sources).withoutRepeats
    targets = models.flatMap(\.targets).withoutRepeats
  }

  /// Pairs that a model each serves.
  package init(_ pairs: [LanguagePair]) { self.init(pairs.map { ModelLanguages($0) }) }

  package static func == (left: ServedPairs, right: ServedPairs) -> Bool {
    left.models == right.models && left.usesPivots == right.usesPivots
  }

  // MARK: Questions

  package var first: LanguagePair? { models.first?.first }

  /// The number of the first model that serves a pair alone.
  func model(_ pair: LanguagePair) -> Int? {
    modelsBySource[pair.source]?.first { models[$0].contain(pair) }
  }

  package func contain(_ pair: LanguagePair) -> Bool { model(pair) != nil || pivot(of: pair) != nil }

  /// The pivot language of a pair that no model serves alone.
  ///
  /// English is taken if it is one of several, since most models and the best are from or to it; else the first.
  func pivot(of pair: LanguagePair) -> String? {
    guard usesPivots, pair.source != pair.target, model(pair) == nil else { return nil }
    let reached = Set(direct(to: pair.target))
    let candidates = direct(from: pair.source).filter { reached.contains($0) && $0 != pair.target }
    return candidates.first { LanguageCode($0).language == "en" } ?? candidates.first
  }

  /// The targets of a source: those of its models first, then those behind a pivot language in ascending order.
  package func targets(from source: String) -> [String] {
    let direct = direct(from: source)
    guard usesPivots else { return direct }
    let known = Set(direct)
    let next = Set(direct.flatMap { $0 == source ? [] : modelsBySource[$0] ?? [] })
    let reached = Set(next.flatMap { models[$0].targets })
    return direct + reached.filter { !known.contains($0) && isReached($0, from: source, direct) }.sorted()
  }

  /// The sources of a target: those of its models first, then those before a pivot language in ascending order.
  package func sources(to target: String) -> [String] {
    let direct = direct(to: target)
    guard usesPivots else { return direct }
    let known = Set(direct)
    let next = Set(direct.flatMap { $0 == target ? [] : modelsByTarget[$0] ?? [] })
    let reached = Set(next.flatMap { models[$0].sources })
    let behind = reached.filter {
      !known.contains($0) && pivot(of: LanguagePair(source: $0, target: target)) != nil
    }
    return direct + behind.sorted()
  }

  private func isReached(_ target: String, from source: String, _ direct: [String]) -> Bool {
    guard target != source, let before = modelsByTarget[target] else { return false }
    return direct.contains { pivot in
      pivot != source && pivot != target && before.contains { models[$0].sources.contains(pivot) }
    }
  }

  private func direct(from source: String) -> [String] {
    (modelsBySource[source] ?? []).flatMap { number in
      models[number].targets.filter { models[number].contain(LanguagePair(source: source, target: $0)) }
    }.withoutRepeats
  }

  private func direct(to target: String) -> [String] {
    (modelsByTarget[target] ?? []).flatMap { number in
      models[number].sources.filter { models[number].contain(LanguagePair(source: $0, target: target)) }
    }.withoutRepeats
  }

  // MARK: Names

  /// Finds a source as a client writes it. If the region or script is not served, it falls back to the nearest that is.
  /// - Returns: the service's code, else the text in lower case.
  package func source(named text: String) -> String {
    code(text, among: modelsBySource, sources)
  }

  /// Finds a target as a client writes it, as `source(named:)` does.
  package func target(named text: String) -> String {
    code(text, among: modelsByTarget, targets)
  }

  /// The served language that two texts name, perhaps in regions that are not served. Nil if they name two languages, or
  /// one that is not served.
  package func language(namedByBoth first: String, _ second: String) -> String? {
    guard let language = nearest(first), language == nearest(second) else { return nil }
    return language
  }

  /// Whether source and target are one served language that no model translates into itself, so that texts stay as they
  /// are.
  package func keepsTexts(from source: String, to target: String) -> Bool {
    source == target && (modelsBySource[source] != nil || modelsByTarget[source] != nil)
      && model(LanguagePair(source: source, target: target)) == nil
  }

  private func code(_ text: String, among served: [String: [Int]], _ all: [String]) -> String {
    let lower = text.lowercased()
    guard lower.utf8.count <= LanguageCode.maxBytes, served[lower] == nil else { return lower }
    let wanted = LanguageCode(lower)
    for language in [wanted, wanted.withoutRegion].compactMap({ $0 }) {
      if let code = spellings[language], served[code] != nil { return code }
    }
    // A transcription into Latin letters does not stand for text in another script that the code names.
    let avoided = wanted.script == nil || wanted.script == "latn" ? nil : "latn"
    let relatives = all.filter {
      let code = LanguageCode($0)
      return code.language == wanted.language && (avoided == nil || code.script != avoided)
    }
    let nearest = relatives.filter { LanguageCode($0).script == wanted.script }
    return (nearest.isEmpty ? relatives : nearest).min { ($0.utf8.count, $0) < ($1.utf8.count, $1) } ?? lower
  }

  /// The served language that a text names, as a source or as a target.
  private func nearest(_ text: String) -> String? {
    guard text.utf8.count <= LanguageCode.maxBytes else { return nil }
    let wanted = LanguageCode(text)
    return [wanted, wanted.withoutRegion].lazy.compactMap { $0.flatMap { spellings[$0] } }.first
  }
}

extension ServedPairs: Sequence {
  /// Every pair once: those of models, in their order, then those behind a pivot language.
  package func makeIterator() -> AnyIterator<LanguagePair> {
    let alone = models.enumerated().lazy.flatMap { number, model in
      model.sources.lazy.flatMap { source in
        model.targets.lazy.map { LanguagePair(source: source, target: $0) }.filter { self.model($0) == number }
      }
    }
    let pivoted = sources.sorted().lazy.flatMap { source in
      self.targets(from: source).dropFirst(self.direct(from: source).count).map {
        LanguagePair(source: source, target: $0)
      }
    }
    var first: any IteratorProtocol<LanguagePair> = alone.makeIterator()
    var second: any IteratorProtocol<LanguagePair> = pivoted.makeIterator()
    return AnyIterator { first.next() ?? second.next() }
  }
}

extension [String] {
  fileprivate var withoutRepeats: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
