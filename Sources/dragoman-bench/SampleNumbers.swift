import Tensor

/// Pseudo-random numbers that are the same in every run.
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

  /// Nearly normal numbers, as the weights of trained layers are: means of four uniform ones.
  static func weights(_ all: UnsafeMutableBufferPointer<Float>, seed: UInt64) {
    var state = seed
    for index in all.indices {
      all[index] = (0..<4).reduce(0) { sum, _ in sum + Float(Int32(truncatingIfNeeded: next(&state) >> 32)) / 0x1p33 }
    }
  }

  /// Knuth's linear congruential generator (MMIX).
  private static func next(_ state: inout UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}

/// A sequence of pseudo-random numbers that is the same in every run.
final class NumberStream {
  private var seed: UInt64

  init(seed: UInt64) { self.seed = seed }

  /// Fills a buffer with numbers between -1 and 1.
  func fill(_ all: UnsafeMutableBufferPointer<Float>) {
    SampleNumbers.fill(all, seed: seed)
    seed &+= 0x9E37_79B9_7F4A_7C15
  }

  /// Numbers between -1 and 1.
  func doubles(_ count: Int) -> [Double] {
    let floats = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      fill(UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialised = count
    }
    return floats.map(Double.init)
  }

  /// Numbers that are either -1 or 1.
  func signs(_ count: Int) -> [Double] { doubles(count).map { $0 < 0 ? -1 : 1 } }
}
