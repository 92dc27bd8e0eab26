import Models

/// One sentence to decode. Equal requests of one model have equal results.
package struct DecodingRequest: Sendable, Hashable {
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

/// The search for one sentence's translation.
package struct DecodingOptions: Sendable, Hashable {
  /// Hypotheses kept per step; 1 is greedy.
  package var beam = 1
  /// Hypotheses returned, at most `beam`.
  package var hypotheses = 1
  /// Score = sum of log-probabilities / length^lengthPenalty.
  package var lengthPenalty: Float = 1
  /// Greatest number of target tokens, end of sentence included.
  package var maxLength = 512
  /// The end of sentence is forbidden before this many target tokens.
  package var minLength = 0
  /// Exact number of target tokens, with the end of sentence forbidden: for measuring speed.
  package var forcedLength: Int?
  /// Target tokens to follow instead of searching, at least one, end of sentence included.
  package var forcedTarget: [Int32]?
  /// Tokens that are never produced.
  package var forbiddenTokens: [Int32] = []
  /// Length of the runs of tokens that are produced at most once, the decoder's start token included; 0 sets no such
  /// limit.
  package var uniqueRun = 0
  /// Tokens that were produced before have a positive score divided by this factor, a negative one multiplied, at least 1.
  package var repetitionPenalty: Float = 1
  /// Words that are never produced.
  package var suppressed: SuppressedWords?
  /// Terms that the translation must have, at least one; nil for any translation.
  package var terms: TermPlan?
  /// Numbers that the translation copies, for a search without terms; nil for none.
  package var numbers: NumberPlan?
  /// The choice of each token by chance, for greedy search alone.
  package var sampling: Sampling?
  /// Token that the decoder is fed first; nil for the model's own.
  package var startToken: Int32?
  /// Token that is produced first.
  package var forcedStartToken: Int32?
  /// Tokens that are produced next.
  package var prefix: [Int32] = []
  /// Token that is produced at `maxLength` if the sentence has not ended.
  package var forcedEndToken: Int32?
  /// The attention captured while decoding.
  package var capture = AttentionCapture.none
  /// Whether greedy search computes log-probabilities too; a beam always does.
  package var logProbs = true
  /// Whether log-probabilities are normalised over the allowed tokens alone.
  package var renormalize = false
  package var earlyStopping = EarlyStopping.whenUnlikely
  /// Whether tokens are reported as soon as they are certain.
  package var tellsTokens = false

  package init() {}

  /// Greatest number of target tokens of the result.
  var targetLimit: Int { max(1, forcedTarget?.count ?? forcedLength ?? maxLength) }

  /// Greatest number of rows of the sentence that step together: a given target needs no search.
  package var rows: Int { forcedTarget == nil ? beam : 1 }
}

/// The rule by which a beam with `beam` finished hypotheses stops looking for better ones.
package enum EarlyStopping: Sendable {
  /// Stops at once.
  case whenFull
  /// Stops when the best running hypothesis, scored at its present length, is no better than the worst finished one.
  case whenUnlikely
  /// Stops when the best running hypothesis could not be better at any length up to the longest.
  case whenImpossible
}

// MARK: Checkpoints

extension DecodingOptions {
  /// The search that a checkpoint asks for.
  /// - Parameter positions: target tokens that the model has positions for: the limit if the checkpoint names none.
  package init(_ generation: GenerationConfiguration, positions: Int) {
    self.init()
    beam = generation.beam
    lengthPenalty = generation.lengthPenalty
    maxLength = min(generation.maxLength ?? positions, positions)
    minLength = generation.minLength
    forbiddenTokens = generation.forbiddenTokens
    forcedStartToken = generation.forcedStartToken
    forcedEndToken = generation.forcedEndToken
    renormalize = generation.renormalize
    earlyStopping =
      switch generation.earlyStopping {
      case .heuristic: .whenUnlikely
      case .always: .whenFull
      case .never: .whenImpossible
      }
  }
}
