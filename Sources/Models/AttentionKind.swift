/// The three places where an encoder-decoder can attend.
package enum AttentionKind: String, CaseIterable, Sendable {
  /// Decoder steps over source tokens.
  case cross
  /// Source tokens over source tokens.
  case encoder
  /// Decoder steps over earlier decoder steps.
  case decoder
}
