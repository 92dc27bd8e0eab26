import Decoding

/// The way of a request's texts through one model.
struct TranslationLeg: Sendable {
  private let plans: [TextPlan]
  private let assembler: TextAssembler
  /// For the workers: all clauses of all texts, in their order.
  let units: [WorkUnit]

  /// - Parameters:
  ///   - index: the model's number in the catalog.
  ///   - options: the model's own, of the width that is wanted.
  init(
    _ passages: [SegmentedPassage], model: LoadedModel, index: Int, options: DecodingOptions, alternatives: Int,
    explain: Set<Explanation>
  ) {
    var options = options
    options.beam = max(options.beam, alternatives + 1)
    options.hypotheses = alternatives + 1
    options.logProbs = explain.contains(.scores)
    options.attention = explain.contains(.alignment) ? [.cross] : []
    plans = passages.map { TextPlan($0, tokenizer: model.tokenizer, positions: model.summary.maxPositions) }
    assembler = TextAssembler(model: model, alternatives: alternatives, explain: explain)
    units = plans.flatMap(\.sentences).flatMap { zip($0.text.pieces, $0.clauses) }.map { piece, clause in
      var own = options
      own.maxLength = model.targetLimit.tokens(sourceTokens: clause.ids.count, ceiling: options.maxLength)
      let unit = WorkUnit(model: index, request: DecodingRequest(source: clause.ids, options: own))
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
