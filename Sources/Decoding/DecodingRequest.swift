import Models

/// One sentence to decode.
package struct DecodingRequest: Sendable {
  /// Source token ids, end of sentence included; at most the model's positions.
  package var source: [Int32]
  package var options: DecodingOptions

  package init(source: [Int32], options: DecodingOptions) {
    self.source = source
    self.options = options
  }

  /// Upper bound of the bytes that decoding holds for the attention that the sentence captures.
  package var heldAttentionBytes: Int {
    options.capture.heldBytes(
      source: source.count, target: options.targetLimit, beam: options.rows)
  }
}

package struct DecodingOptions: Sendable {
  /// Hypotheses kept a step; 1 is greedy.
  package var beam = 1
  /// Hypotheses returned, at most `beam`.
  package var hypotheses = 1
  /// Score = sum of log-probabilities / length^lengthPenalty.
  package var lengthPenalty: Float = 1
  /// Target tokens at most, end of sentence included.
  package var maxLength = 512
  /// The end of sentence is forbidden before this many target tokens.
  package var minLength = 0
  /// Exactly this many target tokens, end of sentence forbidden: for measuring speed.
  package var forcedLength: Int?
  /// Decode this target (end of sentence included) instead of searching.
  package var forcedTarget: [Int32]?
  /// Never produced.
  package var forbiddenTokens: [Int32] = []
  /// So many tokens in a row are produced once at most; 0 is no such limit.
  package var uniqueRun = 0
  /// Produced first.
  package var forcedStartToken: Int32?
  /// Produced at `maxLength` if the sentence has not ended.
  package var forcedEndToken: Int32?
  /// The attention captured while decoding.
  package var capture = AttentionCapture.none
  /// Whether greedy search computes log-probabilities too; a beam always does.
  package var logProbs = true
  /// Log-probabilities are normalised again once forbidden tokens are gone.
  package var renormalize = false
  package var earlyStopping = EarlyStopping.whenUnlikely
  /// Whether tokens are told as soon as they are certain.
  package var tellsTokens = false

  package init() {}

  /// Most target tokens of the result.
  var targetLimit: Int { max(1, forcedTarget?.count ?? forcedLength ?? maxLength) }

  /// Rows that the sentence may come to have: a given target is not searched for.
  package var rows: Int { forcedTarget == nil ? beam : 1 }
}

/// When a beam that has `beam` finished hypotheses stops looking for better ones.
package enum EarlyStopping: Sendable {
  /// At once.
  case whenFull
  /// When the best running hypothesis, scored at its present length, is no better than the worst finished one.
  case whenUnlikely
  /// When it could not be better at any length up to the longest.
  case whenImpossible
}

package enum StopReason: String, Sendable {
  /// The model ended the sentence itself.
  case eos
  /// The limit of target tokens was reached first.
  case length
  /// The request was cancelled.
  case cancelled
}

package struct Hypothesis: Sendable {
  /// With the end-of-sentence token where it was produced.
  package var tokens: [Int32]
  /// One a token; empty where they were not asked for.
  package var logProbs: [Float]
  /// Normalised by length.
  package var score: Float
  package var stopReason: StopReason

  package init(tokens: [Int32], logProbs: [Float], score: Float, stopReason: StopReason) {
    self.tokens = tokens
    self.logProbs = logProbs
    self.score = score
    self.stopReason = stopReason
  }
}

/// What became of one request, best hypothesis first.
package struct DecodingResult: Sendable {
  package var hypotheses: [Hypothesis]
  /// Weights of the maps that `AttentionCapture.weights` asked for, of the best hypothesis with its T tokens:
  /// cross (maps, T, S), encoder (maps, S, S), decoder (maps, T, T) with zeros past each step.
  package var attention: [AttentionKind: [Float]]
  /// The source position that `AttentionCapture.alignment` asked for, per token of the best hypothesis; else empty.
  package var alignment: [Int]

  package init(hypotheses: [Hypothesis], attention: [AttentionKind: [Float]] = [:], alignment: [Int] = []) {
    self.hypotheses = hypotheses
    self.attention = attention
    self.alignment = alignment
  }
}

package struct DecodingTimings: Sendable {
  package var encodeMilliseconds: Double
  package var decodeMilliseconds: Double

  package init(encodeMilliseconds: Double, decodeMilliseconds: Double) {
    self.encodeMilliseconds = encodeMilliseconds
    self.decodeMilliseconds = decodeMilliseconds
  }
}
