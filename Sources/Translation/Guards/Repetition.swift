/// Something that stands several times in a row.
struct Repetition: Equatable {
  /// Where it stands first.
  let start: Int
  let length: Int
  let count: Int

  /// The longest run that is looked for.
  private static let longest = 8

  /// Where a translation runs in circles, as a model does that has lost its place: the same 1 to 8 tokens three or four
  /// times in a row and more often than anything repeats in the source.
  /// - Parameters:
  ///   - tokens: of the translation, without its end.
  ///   - source: those of its source.
  static func loop(in tokens: ArraySlice<Int32>, source: ArraySlice<Int32>, text: String) -> Repetition? {
    let found = all(in: Array(tokens)).filter { $0.count >= ($0.length <= 2 ? 4 : 3) }
    guard !found.isEmpty else { return nil }
    let scalars = text.unicodeScalars.map { Int32(bitPattern: $0.value) }
    let natural = (all(in: Array(source)) + all(in: scalars)).map(\.count).max() ?? 1
    return found.filter { $0.count > natural + 1 }.min { ($0.start, $0.length) < ($1.start, $1.length) }
  }

  /// Every run of 1 to 8 tokens that is followed by itself, each as often as it stands there.
  static func all(in tokens: [Int32]) -> [Repetition] {
    var found: [Repetition] = []
    for length in 1...longest where tokens.count >= 2 * length {
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
