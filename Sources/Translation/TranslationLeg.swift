import Decoding
import Dispatch

/// The way of a request's texts through one model.
struct TranslationLeg: Sendable {
  private let plans: [TextPlan]
  private let assembler: TextAssembler
  /// For the workers: all clauses of all texts, in their order.
  let units: [WorkUnit]
  let stream: TranslationStream?

  /// - Parameters:
  ///   - index: the model's number in the catalog.
  ///   - options: the model's own, of the width that is wanted.
  ///   - owners: of each passage the text it is of; empty where each is a text.
  ///   - listener: is told the translation as it comes to be, on a queue of its own upon `queue`.
  init(
    _ passages: [SegmentedPassage], model: LoadedModel, index: Int, options: DecodingOptions, alternatives: Int,
    explain: Set<Explanation>, owners: [Int], listener: TranslationStream.Listener?, queue: DispatchQueue
  ) {
    var options = options
    options.beam = max(options.beam, alternatives + 1)
    options.hypotheses = alternatives + 1
    options.logProbs = explain.contains(.scores)
    options.attention = explain.contains(.alignment) ? [.cross] : []
    options.tellsTokens = listener != nil
    let plans = passages.map { TextPlan($0, tokenizer: model.tokenizer, positions: model.summary.maxPositions) }
    assembler = TextAssembler(model: model, alternatives: alternatives, explain: explain)
    let stream = listener.map {
      TranslationStream(plans, owners: owners, tokenizer: model.tokenizer, on: queue, listener: $0)
    }
    self.plans = plans
    self.stream = stream
    units = plans.flatMap(\.sentences).flatMap { zip($0.text.pieces, $0.clauses) }.enumerated().map {
      let (number, (piece, clause)) = $0
      var own = options
      own.maxLength = model.targetLimit.tokens(sourceTokens: clause.ids.count, ceiling: options.maxLength)
      var unit = WorkUnit(model: index, request: DecodingRequest(source: clause.ids, options: own))
      if let stream { unit.listener = { stream.receive($0, unit: number) } }
      return explain.contains(.alignment) ? unit.alignable(clause, in: piece) : unit
    }
  }

  /// - Parameter answers: one a unit, in their order.
  func assemble(_ answers: [UnitAnswer]) -> [TranslatedText] {
    var rest = answers[...]
    return plans.map { plan in
      defer { rest = rest.dropFirst(plan.units) }
      return assembler.assemble(plan, rest.prefix(plan.units))
    }
  }

  /// The texts again with the translated sentences in them, ready for another leg.
  func onward(_ translated: [TranslatedText]) -> [SegmentedPassage] {
    zip(plans, translated).map { plan, translated in
      SegmentedPassage(
        text: plan.text.replacing(translated.sentences.map(\.target)),
        kept: translated.sentences.map { $0.kept.map(\.target).sorted { $0.lowerBound < $1.lowerBound } })
    }
  }
}
