/// A Transformer encoder-decoder, its weights shared by the sessions of all workers.
package final class TransformerModel: TranslationModel {
  package let summary: ModelSummary
  let weights: TransformerWeights

  init(summary: ModelSummary, weights: TransformerWeights) {
    self.summary = summary
    self.weights = weights
  }

  package func makeSession() -> any DecodingSession { TransformerSession(weights) }
}
