/// A source of damage to a few bytes, the same in every run.
package struct Mutator {
  private var random: SplitMix

  package init(seed: UInt64) {
    random = SplitMix(state: seed)
  }

  private static let interesting = Array(#"{}[]",:-0123456789eE.\utruefalsnF32B"#.utf8) + [0, 0x7F, 0x80, 0xFF]

  package mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[index] = Self.interesting.randomElement(using: &random) ?? 0
      case 2: bytes.insert(Self.interesting.randomElement(using: &random) ?? 0, at: index)
      case 3: bytes.remove(at: index)
      case 4: bytes.removeLast(Int.random(in: 0...min(8, bytes.count), using: &random))
      default:
        let end = min(bytes.count, index + Int.random(in: 1...16, using: &random))
        bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0...bytes.count, using: &random))
      }
    }
    return bytes
  }
}
