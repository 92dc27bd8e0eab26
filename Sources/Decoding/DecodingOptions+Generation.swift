import Models

extension DecodingOptions {
  /// As a checkpoint asks to be decoded.
  /// - Parameter positions: target tokens that the model has positions for; the limit where the checkpoint names none.
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
