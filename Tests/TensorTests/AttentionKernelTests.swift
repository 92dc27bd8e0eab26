import CKernels
import Testing

/// Sizes that models have are computed with heads side by side, others head by head: a head gets the same bits.
struct AttentionKernelTests {
  @Test(arguments: [(8, 32), (8, 64), (16, 64), (16, 128)], [1, 2, 4, 31, 32, 33, 100, 512, 513])
  func headBitsDoNotDependOnOtherHeads(shape: (heads: Int, d: Int), length: Int) {
    let (heads, d) = shape
    let width = heads * d
    let query = KernelTests.values(width, seed: 60)
    let memory = KernelTests.values(length * 2 * width, seed: 61)  // (length, keys and values)
    let cells = (0..<length).map { ($0 + 1) % length }
    var weights = [Float](repeating: .nan, count: heads * length)
    var out = [Float](repeating: .nan, count: width)
    var aloneWeights = weights
    var alone = out
    memory.withUnsafeBufferPointer { memory in
      guard let base = memory.baseAddress else { return }
      ck_attend(query, base, base + width, cells, 2 * width, length, heads, d, 0.2, nil, &weights, &out)
      for h in 0..<heads {
        let keys = base + h * d
        var (w, o) = ([Float](repeating: .nan, count: length), [Float](repeating: .nan, count: d))
        ck_attend(
          Array(query[(h * d)..<((h + 1) * d)]), keys, keys + width, cells, 2 * width, length, 1, d, 0.2, nil, &w, &o)
        aloneWeights.replaceSubrange((h * length)..<((h + 1) * length), with: w)
        alone.replaceSubrange((h * d)..<((h + 1) * d), with: o)
      }
    }
    #expect(weights == aloneWeights)
    #expect(out == alone)
  }
}
