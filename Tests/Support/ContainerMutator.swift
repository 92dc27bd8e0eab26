/// Seeded damage to files: bits, bytes, numbers, cuts, moved and doubled pieces.
package struct ContainerMutator {
  private var random: SplitMix

  package init(seed: UInt64) { random = SplitMix(state: seed) }

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(max(limit, 1))) }

  /// - Parameter hot: ranges that most of the damage falls into, such as headers.
  package mutating func mutate(_ bytes: [UInt8], hot: [Range<Int>]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(4) where !bytes.isEmpty { damage(&bytes, hot) }
    return bytes
  }

  private mutating func position(_ count: Int, _ hot: [Range<Int>]) -> Int {
    guard !hot.isEmpty, below(8) > 0 else { return below(count) }
    let range = hot[below(hot.count)]
    return min(range.lowerBound + below(range.count), count - 1)
  }

  private mutating func damage(_ bytes: inout [UInt8], _ hot: [Range<Int>]) {
    let start = position(bytes.count, hot)
    switch below(8) {
    case 0, 1: bytes[start] ^= 1 << UInt8(below(8))
    case 2: bytes[start] = UInt8(below(256))
    case 3: overwrite(&bytes, at: start, [0, 1, .max, .max >> 1, 1 << 31, 1 << 32, 0xFFFF][below(7)], below(8) + 1)
    case 4: bytes.removeLast(min(bytes.count, below(10) == 0 ? below(bytes.count) : below(64)))
    case 5: bytes.removeSubrange(start..<min(bytes.count, start + 1 + below(16)))
    case 6: bytes.insert(contentsOf: bytes[start..<min(bytes.count, start + 1 + below(32))], at: start)
    default:
      let other = position(bytes.count, hot)
      for step in 0..<1 + below(8) where max(start, other) + step < bytes.count {
        bytes.swapAt(start + step, other + step)
      }
    }
  }

  private func overwrite(_ bytes: inout [UInt8], at start: Int, _ value: UInt64, _ count: Int) {
    for step in 0..<count where start + step < bytes.count {
      bytes[start + step] = UInt8(truncatingIfNeeded: value >> UInt64(8 * step))
    }
  }
}
