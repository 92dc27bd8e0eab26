/// A run of tokens that is repeated several times in a row.
struct Repetition: Equatable {
  /// The index of the first occurrence.
  let start: Int
  let length: Int
  let count: Int

  /// The tokens of the longest run that is searched for.
  private static let maxTokens = 8

  /// Finds the loop of a model that has lost its place; nil if there is none.
  ///
  /// A loop is a run of 1 to 8 tokens, three or four times in a row. No run of the source repeats as often.
  /// - Parameters:
  ///   - tokens: the tokens of the translation, without its end token.
  ///   - source: the tokens of its source.
  ///   - text: the text of its source, whose characters can repeat too.
  static func loop(in tokens: ArraySlice<Int32>, source: ArraySlice<Int32>, text: String) -> Repetition? {
    let found = all(in: Array(tokens)).filter { $0.count >= ($0.length <= 2 ? 4 : 3) }
    guard !found.isEmpty else { return nil }
    let scalars = text.unicodeScalars.map { Int32(bitPattern: $0.value) }
    let natural = (all(in: Array(source)) + all(in: scalars)).map(\.count).max() ?? 1
    return found.filter { $0.count > natural + 1 }.min { ($0.start, $0.length) < ($1.start, $1.length) }
  }

  /// Returns every run of 1 to 8 tokens that is followed by itself, with the number of its occurrences.
  static func all(in tokens: [Int32]) -> [Repetition] {
    var found: [Repetition] = []
    for length in 1...maxTokens where tokens.count >= 2 * length {
      var same = 0
      for index in length..<tokens.count + 1 {
        if index < tokens.count, tokens[index] == tokens[index - length] {
          same += 1
          continue
        }
        if same >= length {
          found.append(Repetition(start: index - same - length, length: length, count: same / length + 1))
        }
        same = 0
      }
    }
    return found
  }
}
