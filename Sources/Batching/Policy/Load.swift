/// Rows, and the tokens in them, padding included.
struct Load: Equatable {
  var rows = 0
  var tokens = 0

  static func + (left: Load, right: Load) -> Load {
    Load(rows: left.rows + right.rows, tokens: left.tokens + right.tokens)
  }

  static func += (left: inout Load, right: Load) { left = left + right }

  func fits(in other: Load) -> Bool { rows <= other.rows && tokens <= other.tokens }
}
