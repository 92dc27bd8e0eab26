/// Guesses what a misspelt word was meant to be.
enum Spelling {
  /// The word fewest edits away, if those are few for its length.
  static func nearest(to word: String, among words: [String]) -> String? {
    let ranked = words.map { (word: $0, edits: edits(Array(word.utf8), Array($0.utf8))) }
    guard let best = ranked.min(by: { $0.edits < $1.edits }), best.edits <= max(2, best.word.utf8.count / 3) else {
      return nil
    }
    return best.word
  }

  /// Levenshtein distance, a row at a time.
  private static func edits(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let replaced = diagonal + (x == y ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}
