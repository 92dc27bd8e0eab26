import CKernels
import Testing

/// Kernels of architectures other than Marian's, compared with plain loops in double precision.
struct GeneralisedKernelTests {
  @Test(arguments: [1, 15, 64, 515]) func rootMeanSquareNorm(n: Int) {
    let rows = 3
    let x = KernelTests.values(rows * n, seed: 70)
    let bias = KernelTests.values(n, seed: 71)
    let scale = KernelTests.values(n, seed: 72)
    for bias in [bias, nil] {
      var y = [Float](repeating: .nan, count: rows * n)
      if let bias {
        ck_rms_norm(x, bias, scale, 1e-6, &y, rows, n)
      } else {
        ck_rms_norm(x, nil, scale, 1e-6, &y, rows, n)
      }
      for row in 0..<rows {
        let z = (0..<n).map { Double(x[row * n + $0]) + Double(bias?[$0] ?? 0) }
        let size = (z.reduce(0) { $0 + $1 * $1 } / Double(n) + 1e-6).squareRoot()
        let expected = (0..<n).map { z[$0] / size * Double(scale[$0]) }
        #expect(KernelTests.near(Array(y[row * n..<(row + 1) * n]), expected, 1e-5))
      }
    }
  }

  @Test(arguments: [1, 15, 64, 515]) func gatedUnits(n: Int) {
    let rows = 2
    let x = KernelTests.values(rows * 2 * n, seed: 73)
    let bias = KernelTests.values(2 * n, seed: 74)
    var (product, y) = (x, [Float](repeating: .nan, count: rows * n))
    ck_gated_activate(&product, bias, &y, rows, n, CK_SWISH)
    var activated = (0..<rows).flatMap { row in (0..<n).map { x[row * 2 * n + $0] } }
    ck_add_bias_activate(&activated, Array(bias[..<n]), rows, n, CK_SWISH)
    let expected = (0..<rows * n).map { index in
      Double(activated[index]) * Double(x[index / n * 2 * n + n + index % n] + bias[n + index % n])
    }
    #expect(KernelTests.near(y, expected, 1e-5))
  }

  @Test(arguments: [(1, 4, 0), (9, 4, 3), (9, 4, 8), (40, 3, 20), (5, 60, 4), (70, 8, 69)])
  func distances(length: Int, limit: Int, place: Int) {
    let table = KernelTests.values(2 * limit + 1, seed: 75)
    let x = KernelTests.values(length, seed: 76)
    func at(_ key: Int) -> Int { min(max(key - place, -limit), limit) + limit }
    var y = x
    ck_add_by_distance(table, limit, place, length, &y)
    #expect(y == x.indices.map { x[$0] + table[at($0)] })
    var sums = [Float](repeating: .nan, count: 2 * limit + 1)
    ck_sum_by_distance(x, limit, place, length, &sums)
    var expected = [Double](repeating: 0, count: 2 * limit + 1)
    for key in x.indices { expected[at(key)] += Double(x[key]) }
    #expect(KernelTests.near(sums, expected, 1e-5))
  }

  @Test(arguments: [(1, 4, 12), (5, 8, 32), (33, 8, 64), (66, 16, 64), (20, 16, 128), (513, 8, 32)])
  func biasesAreAddedToScores(length: Int, heads: Int, d: Int) {
    let query = KernelTests.values(heads * d, seed: 77)
    let memory = KernelTests.values(length * 2 * heads * d, seed: 78)
    let bias = KernelTests.values(heads * length, seed: 79)
    let stride = 2 * heads * d
    var weights = [Float](repeating: .nan, count: heads * length)
    var out = [Float](repeating: .nan, count: heads * d)
    memory.withUnsafeBufferPointer { memory in
      guard let base = memory.baseAddress else { return }
      ck_attend(query, base, base + heads * d, nil, stride, length, heads, d, 0.3, bias, &weights, &out)
    }
    for h in 0..<heads {
      var scores = [Double](repeating: 0, count: length)
      for t in 0..<length {
        scores[t] = Double(bias[h * length + t])
        for i in 0..<d { scores[t] += 0.3 * Double(query[h * d + i]) * Double(memory[t * stride + h * d + i]) }
      }
      let expected = KernelTests.simpleSoftmax(scores)
      #expect(KernelTests.near(Array(weights[h * length..<(h + 1) * length]), expected, 1e-5))
      var mixed = [Double](repeating: 0, count: d)
      for t in 0..<length {
        let values = t * stride + heads * d + h * d
        for i in 0..<d { mixed[i] += expected[t] * Double(memory[values + i]) }
      }
      #expect(KernelTests.near(Array(out[h * d..<(h + 1) * d]), mixed, 1e-5))
    }
  }
}
