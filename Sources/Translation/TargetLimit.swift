/// The most target tokens that a source is worth: a model that loops stops there rather than at its last position.
///
/// Translations between natural languages keep well under it (a source of 20 tokens may become 92), so that what a
/// checkpoint's own limit allows comes out unchanged unless it was a loop.
enum TargetLimit {
  private static let factor = 3
  private static let slack = 32

  /// - Parameters:
  ///   - sourceTokens: end of sentence included.
  ///   - ceiling: the checkpoint's own limit, never exceeded.
  static func tokens(sourceTokens: Int, ceiling: Int) -> Int {
    min(ceiling, factor * sourceTokens + slack)
  }
}
