/// The weights of an encoder-decoder: immutable, loaded once, shared by all workers.
package protocol TranslationModel: AnyObject, Sendable {
  var summary: ModelSummary { get }
  /// Makes the mutable half for one worker: activations, caches and rows.
  func makeSession() -> any DecodingSession
}

/// The properties of a model that decoding, serving and `inspect` use, whatever its architecture.
package struct ModelSummary: Sendable {
  /// Name of the architecture, such as "transformer".
  package var architecture: String
  package var precision: String
  package var parameters: Int
  /// Bytes of the weights that a step reads.
  package var bytes: Int
  /// Bytes of further copies of the output layer: in 8 bits, and packed once beams or scores need it.
  package internal(set) var copiedBytes = 0
  /// Greatest number of bytes that the weights take in memory.
  package var memoryBytes: Int { bytes + copiedBytes }
  package var sourceVocabulary: Int
  package var targetVocabulary: Int
  /// Positions that the model has for source tokens, end of sentence included, and for target tokens.
  package var maxPositions: Int
  package var startToken: Int32
  package var endToken: Int32
  package var padToken: Int32
  /// Layers and heads per kind; absent if the architecture lacks the kind.
  package var attention: [AttentionKind: AttentionShape]

  package init(
    architecture: String, precision: String, parameters: Int, bytes: Int, sourceVocabulary: Int, targetVocabulary: Int,
    maxPositions: Int, startToken: Int32, endToken: Int32, padToken: Int32, attention: [AttentionKind: AttentionShape]
  ) {
    self.architecture = architecture
    self.precision = precision
    self.parameters = parameters
    self.bytes = bytes
    self.sourceVocabulary = sourceVocabulary
    self.targetVocabulary = targetVocabulary
    self.maxPositions = maxPositions
    self.startToken = startToken
    self.endToken = endToken
    self.padToken = padToken
    self.attention = attention
  }

  /// The kinds of attention that the architecture has, always in the same order.
  package var attentionKinds: [AttentionKind] { AttentionKind.allCases.filter { attention[$0] != nil } }
}
