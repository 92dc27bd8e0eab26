import Models

/// A request for the attention weights of one translated clause.
package struct AttentionRequest: Sendable {
  package var text: String
  package var source: String
  package var target: String
  package var model: String?
  /// A translation to decode instead of searching for one: the sentence is then neither cut into clauses nor checked.
  package var translation: String?
  /// Kinds of attention; empty for every kind that the model has.
  package var kinds: [AttentionKind]
  /// Indices of layers; nil for every layer.
  package var layers: [Int]?
  package var heads: HeadSelection
  /// The index of the sentence in `text`.
  package var sentence: Int
  /// The index of the clause, among those of the sentence that the model translates. Long sentences, and sentences with
  /// text that the model would break, have several.
  package var clause = 0
  /// Hypotheses per decoding step; nil takes the operator's or the model's own.
  package var beam: Int?
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
  /// The number of sentences in the text.
  package var sentences: Int
  package var sourceTokens: [String]
  /// The tokens that the steps predicted, end of sentence included.
  package var targetTokens: [String]
  /// The inputs of the steps: the start token, then `targetTokens` without the last. They label the keys of decoder
  /// attention.
  package var decoderTokens: [String]
  package var weights: [AttentionKind: AttentionWeights]
  /// The number of clauses that the model translated in the sentence; the answer is of one of them.
  package var clauses = 1
  /// The repairs that `/translate` makes to the clause. The actions `replaced` and `echoed` change its text but not its
  /// tokens.
  package var repairs: [Repair] = []

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
  /// Indices of heads; empty if the heads were pooled (`mean`, `max`): the head axis then has length 1.
  package var heads: [Int]
  /// Lengths of the axes (L, H, queries, keys).
  package var shape: [Int]
  /// Weights in row-major order.
  package var values: [Float]

  package init(layers: [Int], heads: [Int], shape: [Int], values: [Float]) {
    self.layers = layers
    self.heads = heads
    self.shape = shape
    self.values = values
  }
}
