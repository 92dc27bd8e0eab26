import Models

extension DecodingSession {
  /// The logits of one row by token, without those that cannot be produced. The row must ask for the whole vocabulary.
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
