import Decoding
import Models

/// The way of a request's texts through one model: in one round where the model does well, in several where something
/// has to be translated again.
struct TranslationLeg: Sendable {
  private var texts: [TextDraft]
  private let units: PartUnits
  private let review: PartReview
  private let assembler: TextAssembler
  /// Tells the first round as it comes to be.
  private(set) var stream: TranslationStream?

  /// - Parameters:
  ///   - guards: whether what comes of the model is looked over, and what it would lose left out. Never where the
  ///     model reads words: what it says of them is no sentence.
  ///   - owners: of each passage the text it is of; empty where each is a text.
  ///   - listener: who is told the translation as it comes to be, on a queue of its own.
  init(
    _ passages: [SegmentedPassage], units: PartUnits, alternatives: Int, explain: Set<Explanation>, guards: Bool,
    owners: [Int] = [], listener: TranslationStream.Listener? = nil
  ) {
    let model = units.model
    let guards = guards && !model.tokenizer.readsWords
    let parts = SentenceParts(tokenizer: model.tokenizer, longest: model.maxSourceTokens, leavesOut: guards)
    self.units = units
    let texts = passages.map { TextDraft($0, parts) }
    self.texts = texts
    stream = listener.map {
      TranslationStream(texts, owners: owners, tokenizer: model.tokenizer, listener: $0)
    }
    review = PartReview(tokenizer: model.tokenizer, parts: parts, isOn: guards)
    assembler = TextAssembler(model: model, alternatives: alternatives, explain: explain)
  }

  /// For the workers: all parts of all texts that wait for a translation, in their order.
  var waiting: [WorkUnit] {
    let waiting = texts.flatMap(\.waiting).compactMap(units.unit)
    guard let stream else { return waiting }
    return waiting.enumerated().map { number, unit in
      var unit = unit
      unit.request.options.tellsTokens = true
      unit.listener = { stream.receive($0, unit: number) }
      return unit
    }
  }

  /// - Parameter answers: one for each that waits, in their order.
  /// - Returns: the leg behind this round; it is over when nothing waits any more.
  func advanced(by answers: [UnitAnswer]) -> TranslationLeg {
    var leg = self
    leg.stream = nil
    var rest = answers[...]
    for index in texts.indices {
      let own = texts[index].waiting.count
      leg.texts[index].take(rest.prefix(own), review)
      rest = rest.dropFirst(own)
    }
    return leg
  }

  /// To be asked once nothing waits.
  var translated: [TranslatedText] { texts.map(assembler.assemble) }

  /// The texts again with the translated sentences in them, ready for another leg.
  func onward(_ translated: [TranslatedText]) -> [SegmentedPassage] {
    zip(texts, translated).map { text, translated in
      SegmentedPassage(
        text: text.text.replacing(translated.sentences.map(\.target)),
        kept: translated.sentences.map { $0.kept.map(\.target).sorted { $0.lowerBound < $1.lowerBound } })
    }
  }
}
