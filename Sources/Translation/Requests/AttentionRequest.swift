import Models

/// What a visualisation tool asks for: the weights of one translated sentence.
package struct AttentionRequest: Sendable {
  package var text: String
  package var source: String
  package var target: String
  package var model: String?
  /// Decode this text by force instead of searching for one.
  package var translation: String?
  /// None for every kind that the model has.
  package var kinds: [AttentionKind]
  /// nil means every layer.
  package var layers: [Int]?
  package var heads: HeadSelection
  /// Which sentence of `text`, from 0.
  package var sentence: Int
  package var terms = RequestTerms()

  package init(
    text: String, source: String, target: String, model: String? = nil, translation: String? = nil,
    kinds: [AttentionKind] = [.cross], layers: [Int]? = nil, heads: HeadSelection = .all, sentence: Int = 0
  ) {
    self.text = text
    self.source = source
    self.target = target
    self.model = model
    self.translation = translation
    self.kinds = kinds
    self.layers = layers
    self.heads = heads
    self.sentence = sentence
  }
}

package enum HeadSelection: Sendable, Equatable {
  case all
  case indices([Int])
  case mean
  case max
}

package struct AttentionAnswer: Sendable {
  package var model: String
  package var architecture: String
  package var source: String
  package var target: String
  /// How many sentences the text has.
  package var sentences: Int
  package var sourceTokens: [String]
  /// What each step predicted, end of sentence included.
  package var targetTokens: [String]
  /// What each step was given: the start token, then `targetTokens` but the last. Labels of decoder attention's keys.
  package var decoderTokens: [String]
  package var weights: [AttentionKind: AttentionWeights]

  package init(
    model: String, architecture: String, source: String, target: String, sentences: Int, sourceTokens: [String],
    targetTokens: [String], decoderTokens: [String], weights: [AttentionKind: AttentionWeights]
  ) {
    self.model = model
    self.architecture = architecture
    self.source = source
    self.target = target
    self.sentences = sentences
    self.sourceTokens = sourceTokens
    self.targetTokens = targetTokens
    self.decoderTokens = decoderTokens
    self.weights = weights
  }
}

package struct AttentionWeights: Sendable {
  package var layers: [Int]
  /// Empty where the heads were pooled (`mean`, `max`): then the head axis has length 1.
  package var heads: [Int]
  /// (L, H, queries, keys)
  package var shape: [Int]
  /// Row-major, shape's product of them.
  package var values: [Float]

  package init(layers: [Int], heads: [Int], shape: [Int], values: [Float]) {
    self.layers = layers
    self.heads = heads
    self.shape = shape
    self.values = values
  }
}
