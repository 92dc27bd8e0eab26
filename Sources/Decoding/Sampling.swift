import Foundation

/// A choice of tokens by chance, by their probabilities among the likeliest.
///
/// The numbers come from the seed, the source and the position alone. So a sentence has the same translation whatever it
/// is decoded with.
package struct Sampling: Sendable, Hashable {
  /// The number of likeliest tokens to choose from.
  package var topK: Int
  /// The factor that logits are divided by: below 1 prefers likely tokens, above 1 unlikely ones.
  package var temperature: Float
  package var seed: UInt64
  /// Whether somebody chose the seed, and so wants the same choice again.
  package var isSeeded: Bool

  package init(topK: Int, temperature: Float = 1, seed: UInt64, isSeeded: Bool = true) {
    self.topK = topK
    self.temperature = temperature
    self.seed = seed
    self.isSeeded = isSeeded
  }

  /// The state of the numbers of one sentence.
  func state(of source: [Int32]) -> UInt64 {
    // FNV-1a over the bytes of the ids.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for id in source {
      for shift in stride(from: 0, to: 32, by: 8) {
        hash = (hash ^ UInt64(UInt32(bitPattern: id) >> shift & 0xFF)) &* 0x100_0000_01B3
      }
    }
    return Self.mixed(seed) ^ hash
  }

  /// The index of a choice among scores, the greatest first.
  /// - Parameters:
  ///   - state: that of the sentence.
  ///   - step: the position of the token.
  func choice(among scores: [Float], state: UInt64, step: Int) -> Int {
    guard let greatest = scores.first else { return 0 }
    let shares = scores.prefix(topK).map { exp(Double(($0 - greatest) / temperature)) }
    let number = Self.mixed(state &+ UInt64(step + 1) &* 0x9E37_79B9_7F4A_7C15)
    var rest = Double(number >> 11) / 9_007_199_254_740_992 * shares.reduce(0, +)
    for (index, share) in shares.enumerated() {
      rest -= share
      if rest < 0 { return index }
    }
    return shares.count - 1
  }

  /// The finalizer of SplitMix64.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
