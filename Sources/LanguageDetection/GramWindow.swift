/// The n-grams that end with each letter of a word, as hashes: each is made of the one a letter shorter. A word begins
/// and ends with a boundary, 0, which n-grams may begin and end with but not go over.
struct GramWindow {
  private static let seed: UInt32 = 0x811C_9DC5
  private static let multiplier: UInt32 = 0x9E37_79B1

  /// Hashes of the n-grams that end with the last letter, by their length less one; eight at most.
  private var hashes = SIMD8<UInt32>(repeating: 0)
  private var count = 0

  /// Begins a word: the boundary before it.
  mutating func begin() {
    hashes[0] = Self.extended(Self.seed, by: 0)
    count = 1
  }

  /// Takes the next letter, or the boundary after the last, and hands over the n-grams that end with it.
  mutating func take(_ letter: UInt32, longest: Int, _ body: (UInt32) -> Void) {
    let length = min(count + 1, longest)
    var index = length - 1
    while index > 0 {
      hashes[index] = Self.extended(hashes[index - 1], by: letter)
      body(hashes[index])
      index -= 1
    }
    hashes[0] = Self.extended(Self.seed, by: letter)
    if letter != 0 { body(hashes[0]) }
    count = length
  }

  private static func extended(_ hash: UInt32, by letter: UInt32) -> UInt32 {
    let product = (hash ^ letter) &* multiplier
    return product ^ product >> 15
  }
}
