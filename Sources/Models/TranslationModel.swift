/// An encoder-decoder's weights: immutable, bound once, shared by all workers.
package protocol TranslationModel: AnyObject, Sendable {
  var summary: ModelSummary { get }
  /// The mutable half: activations, caches and rows of one worker.
  func makeSession() -> any DecodingSession
}

/// What decoding, serving and `inspect` need to know of a model, whatever its family.
package struct ModelSummary: Sendable {
  /// As in "transformer".
  package var architecture: String
  package var precision: String
  package var parameters: Int
  /// Bytes of weights in memory.
  package var bytes: Int
  package var sourceVocabulary: Int
  package var targetVocabulary: Int
  /// Source tokens, end of sentence included, and target tokens that the model has positions for.
  package var maxPositions: Int
  package var startToken: Int32
  package var endToken: Int32
  package var padToken: Int32
  /// (layers, heads) a kind; a kind that the architecture lacks is absent.
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

  /// The kinds that the architecture has, always in the same order.
  package var attentionKinds: [AttentionKind] { AttentionKind.allCases.filter { attention[$0] != nil } }
}

/// A set of decoder rows that one worker advances together, each with its own source and its own position.
///
/// Rows are numbered 0..<rowCount. They enter with `admit`, and `select` says which go on: beam search lets one row go
/// on as several, and a finished row leaves by not being named. Rows may enter while others are under way.
package protocol DecodingSession: AnyObject {
  var rowCount: Int { get }

  /// Encodes sentences and appends one row for each, at position 0.
  /// - Parameter batch: token ids (B, T), padded behind each sentence's length.
  /// - Returns: per sentence the encoder self-attention that it captures (maps, S, S); empty if it captures none.
  func admit(_ batch: SourceBatch) -> [[Float]]

  /// Row i goes on from what was row `parents[i]`. Rows not named leave; their memory is freed.
  func select(_ parents: [Int])

  /// Feeds one token to each of the first rows and computes what may follow. Those behind them stay as they are.
  /// - Parameter tokens: at most (rowCount)
  func step(_ tokens: [Int32])

  /// What the row's sentence asked to know of the last `step`.
  func outcome(row: Int) -> RowOutcome

  /// The attention that the row's sentence captures, of the last `step`.
  func attention(row: Int) -> StepAttention
}

/// Sentences as one padded tensor.
package struct SourceBatch: Sendable {
  /// (B, T) row-major; past a sentence's length anything valid, usually the pad token.
  package var ids: [Int32]
  /// (B) real tokens of each sentence, end of sentence included; the padding mask.
  package var lengths: [Int]
  /// T
  package var longest: Int
  /// (B)
  package var options: [RowOptions]

  package init(sentences: [[Int32]], pad: Int32, options: [RowOptions]) {
    self.options = options
    lengths = sentences.map(\.count)
    let longest = lengths.max() ?? 0
    self.longest = longest
    ids = sentences.flatMap { $0 + Array(repeating: pad, count: longest - $0.count) }
  }

  package var count: Int { lengths.count }
}

/// What one sentence asks of the session.
package struct RowOptions: Sendable {
  package var capture: AttentionCapture
  package var output: OutputRequest

  package init(capture: AttentionCapture = .none, output: OutputRequest = OutputRequest()) {
    self.capture = capture
    self.output = output
  }
  var encoderMaps: AttentionMaps? {
    if case .weights(let maps) = capture { maps[.encoder] } else { nil }
  }
}
