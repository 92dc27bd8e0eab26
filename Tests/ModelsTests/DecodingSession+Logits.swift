import Models

extension DecodingSession {
  /// One row's logits by token, of a session whose rows ask for as many as there are tokens; those that it cannot
  /// produce are absent.
  func logits(row: Int) -> [Int32: Float] {
    let outcome = outcome(row: row)
    let ranks = (0..<outcome.count).filter { outcome.logit($0) > -.infinity }
    return Dictionary(uniqueKeysWithValues: ranks.map { (outcome.token($0), outcome.logit($0)) })
  }
}

extension RowOptions {
  /// Asks for the logits of the whole vocabulary.
  static func everything(_ model: any TranslationModel, capture: AttentionCapture = .none) -> RowOptions {
    RowOptions(capture: capture, output: OutputRequest(best: model.summary.targetVocabulary))
  }
}

extension ModelSummary {
  /// Captures every layer and head of every kind of attention that the model has.
  var everyAttention: AttentionCapture { .weights(attention.mapValues(AttentionMaps.init(every:))) }
}
