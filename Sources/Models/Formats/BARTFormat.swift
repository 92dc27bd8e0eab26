import Checkpoint

/// A Hugging Face folder of BART's kin: Marian, M2M-100 or mBART. They differ in the configuration and the tokenizer.
protocol BARTFormat: PublishedFormat where Configuration == BARTConfiguration {}

extension BARTFormat {
  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try BARTWeights(
      tensors: tensors, configuration: configuration, precision: preferences.precision ?? .float32
    ).load()
  }

  package var settings: [(name: String, value: String)] {
    func stack(_ stack: BARTConfiguration.Stack) -> String {
      "\(stack.layers) layers, \(stack.heads) heads, feed-forward \(stack.feedForward)"
    }
    return [
      ("modelDimension", "\(configuration.modelDimension)"),
      ("encoder", stack(configuration.encoder)),
      ("decoder", stack(configuration.decoder)),
      ("activation", "\(configuration.activation)"),
      ("normalizeBefore", "\(configuration.normalizeBefore)"),
      ("normalizeEmbedding", "\(configuration.normalizeEmbedding)"),
      ("addFinalLayerNorm", "\(configuration.addFinalLayerNorm)"),
      ("scaleEmbedding", "\(configuration.scaleEmbedding)"),
      ("staticPositionEmbeddings", "\(configuration.staticPositionEmbeddings)"),
      ("shareEncoderDecoderEmbeddings", "\(configuration.shareEncoderDecoderEmbeddings)"),
      ("tieWordEmbeddings", "\(configuration.tieWordEmbeddings)"),
      ("maxPositions", "\(configuration.maxPositions)"),
    ]
  }
}
