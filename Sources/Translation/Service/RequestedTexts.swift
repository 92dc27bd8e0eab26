import Markup

/// The texts of a request as passages to translate, and the passages' translations as texts again.
struct RequestedTexts: Sendable {
  /// A document per text; empty if the texts have no tags.
  private let documents: [MarkupDocument]
  /// The arguments of each text without tags; empty if no text has any.
  private let messages: [MessageText?]
  /// Range of `passages` per document.
  private let parts: [Range<Int>]
  let passages: [Passage]

  init(_ request: TranslationRequest) {
    let documents =
      request.format.syntax.map { syntax in
        request.texts.map { MarkupDocument($0, syntax, attributes: request.translatesAttributes) }
      } ?? []
    let messages = documents.isEmpty ? request.texts.map(MessageText.init) : []
    let hasMessages = messages.contains { $0 != nil }
    var found = documents.map(\.passages)
    if hasMessages { found = zip(request.texts, messages).map { $1?.passages ?? [Passage(text: $0)] } }
    var end = 0
    parts = found.map { own in
      end += own.count
      return end - own.count..<end
    }
    passages = found.isEmpty ? request.texts.map { Passage(text: $0) } : Array(found.joined())
    self.documents = documents
    self.messages = hasMessages ? messages : []
  }

  /// No texts: those of the request stay as they are.
  init() {
    documents = []
    messages = []
    parts = []
    passages = []
  }

  /// Bytes of all passages.
  var bytes: Int { passages.reduce(0) { $0 + $1.text.utf8.count } }

  /// The request to the models: for texts with tags it asks for the alignment of words too, if all models have it.
  func asked(_ request: TranslationRequest, of models: [LoadedModel]) -> TranslationRequest {
    guard !parts.isEmpty else { return request }
    var asked = request
    if !documents.isEmpty { asked.alternatives = 0 }
    asked.owners = parts.enumerated().flatMap { text, own in own.map { _ in text } }
    if documents.contains(where: \.hasTagsInText), models.allSatisfy({ $0.summary.attention[.cross] != nil }) {
      asked.explain.insert(.alignment)
    }
    return asked
  }

  /// The beginnings of the texts' translations, by the number of each text's first passage and of the end; empty if the
  /// request has none.
  func prefixes(_ request: TranslationRequest) -> [Int: TranslationPrefix] {
    let prefixes = request.controls.prefixes
    guard !prefixes.isEmpty else { return [:] }
    let splitter = SentenceSplitter(language: request.target, request.splitting)
    let starts = parts.isEmpty ? Array(prefixes.indices) : parts.map(\.lowerBound)
    var found = [passages.count: TranslationPrefix()]
    // A text without passages has the start of the next one.
    for (index, (start, prefix)) in zip(starts, prefixes).enumerated() where parts.isEmpty || !parts[index].isEmpty {
      found[start] = TranslationPrefix(splitter.split(prefix))
    }
    return found
  }

  /// The translated texts.
  /// - Parameter translated: a translation per passage.
  func joined(_ translated: [TranslatedText]) -> [TranslatedText] {
    guard messages.isEmpty else {
      return zip(messages, parts).map { $0?.joined(translated[$1]) ?? translated[$1.lowerBound] }
    }
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

extension PassageTranslation {
  fileprivate init(_ translated: TranslatedText) {
    self.init(text: translated.text, sentences: translated.sentences.map(Sentence.init))
  }
}

extension PassageTranslation.Sentence {
  fileprivate init(_ sentence: TranslatedSentence) {
    let (source, target) = (sentence.sourceStart, sentence.targetStart)
    func moved(_ links: [AlignmentLink]) -> [AlignmentLink] {
      links.map { $0.moved(source: source, target: target) }
    }
    self.init(
      source: source..<source + sentence.source.utf8.count, target: target..<target + sentence.target.utf8.count,
      links: moved(sentence.alignment), keptLinks: moved(sentence.keptLinks))
  }
}

extension TranslatedText {
  /// A document's passages as one text, with a new line between two passages.
  fileprivate init(joining texts: [TranslatedText], of passages: ArraySlice<Passage>) {
    self.init(
      text: texts.map(\.text).joined(separator: "\n"), alternatives: [], sentences: [],
      timings: Timings(longestOf: texts.map(\.timings)),
      tokens: texts.reduce(TokenCounts()) { $0 + $1.tokens }, pivot: texts.first?.pivot)
    var (source, target) = (0, 0)
    for (text, passage) in zip(texts, passages) {
      for var sentence in text.sentences {
        sentence.sourceStart += source
        sentence.targetStart += target
        sentences.append(sentence)
      }
      source += passage.text.utf8.count + 1
      target += text.text.utf8.count + 1
    }
  }
}

/// The sentences that the translation of a text begins with, as far as none has taken them.
struct TranslationPrefix: Sendable {
  private var text = SegmentedText([], pieces: [])
  private var next = 0

  init() {}

  init(_ text: SegmentedText) { self.text = text }

  var isEmpty: Bool { next == text.pieces.count }

  /// The next sentence.
  var first: String { text.pieces[next] }

  /// Takes the next sentence, and whether it is the last one.
  mutating func removeFirst() -> (sentence: String, isLast: Bool) {
    next += 1
    return (text.pieces[next - 1], isEmpty)
  }

  /// Takes all sentences, with the white space between them.
  mutating func removeAll() -> String {
    let rest = (next..<text.pieces.count).map { ($0 == next ? "" : text.gaps[$0]) + text.pieces[$0] }
    next = text.pieces.count
    return rest.joined()
  }
}
