/// Numbers without a pattern, one behind the other; the same in every run.
final class NumberStream {
  private var seed: UInt64

  init(seed: UInt64) { self.seed = seed }

  /// Between -1 and 1.
  func fill(_ all: UnsafeMutableBufferPointer<Float>) {
    SampleNumbers.fill(all, seed: seed)
    seed &+= 0x9E37_79B9_7F4A_7C15
  }

  /// Between -1 and 1.
  func doubles(_ count: Int) -> [Double] {
    let floats = [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
      fill(UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialised = count
    }
    return floats.map(Double.init)
  }

  /// Each -1 or 1.
  func signs(_ count: Int) -> [Double] { doubles(count).map { $0 < 0 ? -1 : 1 } }
}
