import Tensor

/// Numbers without a pattern; the same in every run.
enum SampleNumbers {
  static func fill(_ all: UnsafeMutableBufferPointer<Float>, seed: UInt64) {
    var state = seed
    for index in all.indices { all[index] = Float(Int32(truncatingIfNeeded: next(&state) >> 32)) / 0x1p31 }
  }

  static func buffer(_ count: Int, seed: UInt64) -> FloatBuffer {
    let buffer = FloatBuffer(count: count)
    fill(UnsafeMutableBufferPointer(start: buffer.base, count: count), seed: seed)
    return buffer
  }

  static func integers(_ count: Int, seed: UInt64) -> [Int8] {
    var state = seed
    return (0..<count).map { _ in max(-127, Int8(truncatingIfNeeded: next(&state) >> 56)) }
  }

  /// Knuth's linear congruential generator (MMIX).
  private static func next(_ state: inout UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}
