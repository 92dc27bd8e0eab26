/// Scores of the tokens that may come next, the whole vocabulary or a shortlist of it.
struct Scores {
  let base: UnsafeMutablePointer<Float>  // (count)
  let count: Int
  let candidates: [Int32]?

  func token(at place: Int) -> Int32 { candidates.map { $0[place] } ?? Int32(place) }

  /// Where a token's score is; nil where it is not among the candidates.
  func place(of token: Int32) -> Int? {
    guard let candidates else { return token >= 0 && token < count ? Int(token) : nil }
    var (low, high) = (0, candidates.count)
    while low < high {
      let middle = (low + high) / 2
      if candidates[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < candidates.count && candidates[low] == token ? low : nil
  }

  /// Makes a token impossible.
  func forbid(_ token: Int32) {
    if let place = place(of: token) { base[place] = -.infinity }
  }
}
