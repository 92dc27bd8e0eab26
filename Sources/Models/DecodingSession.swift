/// A set of decoder rows that one worker advances together, each with its own source and its own position.
///
/// Rows are numbered 0..<rowCount. They enter with `admit`, at any time, and `select` decides which go on. Beam search
/// lets one row go on as several. A finished row leaves by not being named.
package protocol DecodingSession: AnyObject {
  var rowCount: Int { get }

  /// Encodes sentences and appends one row for each, at position 0.
  /// - Parameter batch: token ids (B, T), padded after the end of each sentence.
  /// - Returns: per sentence the encoder self-attention that it captures (maps, S, S); empty if it captures none.
  func admit(_ batch: SourceBatch) -> [[Float]]

  /// Lets row i continue the former row `parents[i]`. Rows that are not named leave, and their memory is freed.
  func select(_ parents: [Int])

  /// Draws a row's decoder away from positions of the source from the next step on, in place of those before.
  ///
  /// The rows that continue the row are drawn away too. A decoder without attention to the source stays as it is.
  func avoid(_ positions: AvoidedPositions, row: Int)

  /// Feeds one token to each of the first rows and computes what can follow. Later rows stay as they are.
  /// - Parameter tokens: (rows that step), at most `rowCount`.
  func step(_ tokens: [Int32])

  /// The outcome of the last `step` for a row, as its sentence asked for it.
  func outcome(row: Int) -> RowOutcome

  /// The attention that the row's sentence captures, of the last `step`.
  func attention(row: Int) -> StepAttention
}

/// Positions of the source that a decoder is drawn away from.
package struct AvoidedPositions: Sendable, Equatable {
  package var ranges: [Range<Int>]
  /// The number added to the scores of the attention before its softmax, not above 0.
  package var bias: Float

  package init(_ ranges: [Range<Int>] = [], bias: Float = 0) {
    self.ranges = ranges
    self.bias = bias
  }
}

/// The requests of one sentence to its session.
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
