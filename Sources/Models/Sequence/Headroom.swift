/// How many places to keep for a need that varies: up to a quarter above the most there was.
///
/// At first the limit follows each record; later it rises only where it comes short. So memory grows while a load shows
/// itself and is steady from then on, though records go on, ever rarer and smaller.
package struct Headroom {
  /// Needs during which a load shows itself.
  static let trial = 2_048
  /// A dozen rows of 40: most loads need no more.
  static let least = 512

  package private(set) var limit = 0
  private var seen = 0

  package init() {}

  /// Takes note of a need. Afterwards the limit is above it by a sixteenth at least, so that there is some time until
  /// what is kept has to be moved.
  package mutating func cover(_ need: Int) {
    seen += 1
    guard seen <= Self.trial || 16 * limit < 17 * need else { return }
    limit = max(limit, Self.least, need * 5 / 4)
  }
}
