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

  /// Of a recurrent folder.
  static func settings(of configuration: RecurrentConfiguration) -> [(name: String, value: String)] {
    let attention =
      switch configuration.attention {
      case .none: "none"
      case .additive(let size): "additive, \(size) units"
      case .dot(let feedsInput): feedsInput ? "dot, readout fed back" : "dot"
      case .general(let feedsInput): feedsInput ? "general, readout fed back" : "general"
      }
    let directions = configuration.isBidirectional ? "each way" : "forwards"
    return [
      ("cell", configuration.cell.rawValue),
      ("layers", "\(configuration.layers)"),
      ("embeddingSize", "\(configuration.embeddingSize)"),
      ("encoder", "\(configuration.encoderHiddenSize) \(directions)"),
      ("decoder", "\(configuration.decoderHiddenSize)"),
      ("bridge", configuration.hasBridge ? "linear" : "none"),
      ("attention", attention),
      ("readoutSize", "\(configuration.readoutSize)"),
    ] + settings(of: configuration.vocabulary)
  }

  /// Of a convolutional folder.
  static func settings(of configuration: ConvolutionalConfiguration) -> [(name: String, value: String)] {
    [
      ("embeddingSize", "\(configuration.embeddingSize)"),
      ("channels", "\(configuration.channels)"),
      ("encoder", "\(configuration.encoderLayers) layers"),
      ("decoder", "\(configuration.decoderLayers) layers"),
      ("kernelSize", "\(configuration.kernelSize)"),
      ("maxPositions", "\(configuration.maxPositions)"),
    ] + settings(of: configuration.vocabulary)
  }

  private static func settings(of vocabulary: SequenceVocabulary) -> [(name: String, value: String)] {
    [
      ("shareEncoderDecoderEmbeddings", "\(vocabulary.isShared)"),
      ("tieWordEmbeddings", "\(vocabulary.tiesOutput)"),
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
