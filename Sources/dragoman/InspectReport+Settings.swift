import Checkpoint

extension InspectReport {
  /// Of a Hugging Face folder.
  static func settings(of configuration: MarianConfiguration) -> [(name: String, value: String)] {
    func stack(_ stack: MarianConfiguration.Stack) -> String {
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

  /// Of a folder in Marian's own layout.
  static func settings(of folder: NativeMarianFolder) -> [(name: String, value: String)] {
    let options = folder.options
    func stack(_ layers: Int, _ feedForward: MarianOptions.FeedForward) -> String {
      "\(layers) layers, \(options.heads) heads, feed-forward \(feedForward.width)"
    }
    return [
      ("modelDimension", "\(options.modelDimension)"),
      ("encoder", stack(options.encoderLayers, options.encoderFeedForward)),
      ("decoder", stack(options.decoderLayers, options.decoderFeedForward)),
      ("autoregression", options.autoregression == .selfAttention ? "self-attention" : "ssru"),
      ("activation", options.activation.rawValue),
      ("embeddings", "\(options.embeddings)"),
      ("normalizeBefore", "\(options.normalizeBefore)"),
      ("normalizeEmbedding", "\(options.normalizeEmbedding)"),
      ("normalizeTop", "\(options.normalizeTop)"),
      ("beam", "\(folder.decoding.beam)"),
      ("normalize", "\(folder.decoding.normalize)"),
      ("maxLengthFactor", "\(folder.decoding.maxLengthFactor)"),
      ("shortlist", folder.shortlistPath ?? "none"),
    ]
  }
}
