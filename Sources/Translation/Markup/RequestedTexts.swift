import Markup

/// The texts of a request as passages to translate, and the passages' translations as texts again.
struct RequestedTexts: Sendable {
  /// One a text; none where the texts have no tags.
  private let documents: [MarkupDocument]
  /// Of each document its passages by their number.
  private let parts: [Range<Int>]
  let passages: [Passage]

  init(_ request: TranslationRequest) {
    let documents = request.format.syntax.map { syntax in request.texts.map { MarkupDocument($0, syntax) } } ?? []
    let found = documents.map(\.passages)
    var end = 0
    parts = found.map { own in
      end += own.count
      return end - own.count..<end
    }
    passages =
      documents.isEmpty
      ? request.texts.map { Passage(text: $0) } : found.joined().map { Passage(text: $0.text, kept: $0.kept) }
    self.documents = documents
  }

  /// What to ask of the models for these texts: for tags also which word became which, where they can say so.
  func asked(_ request: TranslationRequest, of models: [LoadedModel]) -> TranslationRequest {
    guard !documents.isEmpty else { return request }
    var asked = request
    asked.alternatives = 0
    asked.owners = parts.enumerated().flatMap { text, own in own.map { _ in text } }
    if documents.contains(where: \.hasTagsInText), models.allSatisfy({ $0.summary.attention[.cross] != nil }) {
      asked.explain.insert(.alignment)
    }
    return asked
  }

  /// - Parameter translated: one a passage.
  func joined(_ translated: [TranslatedText]) -> [TranslatedText] {
    guard !documents.isEmpty else { return translated }
    return zip(documents, parts).map { document, part in
      let own = Array(translated[part])
      let written = document.written(own.map(PassageTranslation.init))
      var joined = TranslatedText(joining: own, of: passages[part])
      joined.text = written.text
      joined.unplaced = written.unplaced
      return joined
    }
  }
}

extension ModelCatalog.Route {
  func models(of catalog: ModelCatalog) -> [LoadedModel] {
    switch self {
    case .direct(let model): [catalog.models[model]]
    case .through(_, let first, let second): [catalog.models[first], catalog.models[second]]
    }
  }
}

extension PassageTranslation {
  fileprivate init(_ translated: TranslatedText) {
    self.init(text: translated.text, sentences: translated.sentences.map(Sentence.init))
  }
}

extension PassageTranslation.Sentence {
  fileprivate init(_ sentence: TranslatedSentence) {
    let (source, target) = (sentence.sourceStart, sentence.targetStart)
    func links(_ links: [AlignmentLink]) -> [PassageTranslation.Link] {
      links.map { $0.moved(source: source, target: target) }.map { .init(source: $0.source, target: $0.target) }
    }
    self.init(
      source: source..<source + sentence.source.utf8.count, target: target..<target + sentence.target.utf8.count,
      links: links(sentence.alignment), kept: links(sentence.kept))
  }
}
