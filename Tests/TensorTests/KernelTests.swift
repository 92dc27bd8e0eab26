import CKernels
import Foundation
import Testing

/// Fast kernels against naive twins written in double precision.
struct KernelTests {
  static func values(_ count: Int, scale: Float = 2, seed: UInt64) -> [Float] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (Float(state >> 40) / Float(1 << 24) * 2 - 1) * scale
    }
  }

  static func near(_ a: [Float], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs(Double($0) - $1) <= tolerance }
  }

  static func simpleSoftmax(_ x: [Double]) -> [Double] {
    let greatest = x.max() ?? 0
    let powers = x.map { exp($0 - greatest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  @Test(arguments: [1, 3, 16, 31, 512])
  func softmax(n: Int) {
    var x = Self.values(3 * (n + 2), scale: 20, seed: 1)
    let expected = (0..<3).map { r in Self.simpleSoftmax(x[(r * (n + 2))..<(r * (n + 2) + n)].map(Double.init)) }
    ck_softmax(&x, 3, n, n + 2)
    for r in 0..<3 {
      #expect(Self.near(Array(x[(r * (n + 2))..<(r * (n + 2) + n)]), expected[r], 1e-6))
    }
  }

  @Test(arguments: [8, 33, 256, 512])
  func layerNorm(n: Int) {
    let x = Self.values(2 * n, seed: 2)
    let bias = Self.values(n, seed: 3)
    let scale = Self.values(n, seed: 4)
    let shift = Self.values(n, seed: 5)
    var y = [Float](repeating: 0, count: 2 * n)
    ck_layer_norm(x, bias, scale, shift, 1e-5, &y, 2, n)
    for r in 0..<2 {
      let z = (0..<n).map { Double(x[r * n + $0]) + Double(bias[$0]) }
      let mean = z.reduce(0, +) / Double(n)
      let variance = z.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
      let expected = (0..<n).map { (z[$0] - mean) / sqrt(variance + 1e-5) * Double(scale[$0]) + Double(shift[$0]) }
      #expect(Self.near(Array(y[(r * n)..<((r + 1) * n)]), expected, 2e-5))
    }
  }

  @Test func activations() {
    let n = 301
    let x = Self.values(n, scale: 8, seed: 6)
    let bias = Self.values(n, seed: 7)
    let z = (0..<n).map { Double(x[$0]) + Double(bias[$0]) }
    let twins: [(ck_activation, (Double) -> Double)] = [
      (CK_RELU, { max($0, 0) }),
      (CK_SWISH, { $0 / (1 + exp(-$0)) }),
      (CK_GELU, { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) }),
      (CK_GELU_TANH, { 0.5 * $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }),
      (CK_GELU_SIGMOID, { $0 / (1 + exp(-1.702 * $0)) }),
      (CK_TANH, { tanh($0) }),
      (CK_SIGMOID, { 1 / (1 + exp(-$0)) }),
    ]
    for (kind, twin) in twins {
      var y = x
      ck_add_bias_activate(&y, bias, 1, n, kind)
      #expect(Self.near(y, z.map(twin), 4e-6), "activation \(kind.rawValue)")
    }
  }

  @Test(arguments: [(1, 1, 8), (5, 4, 8), (37, 8, 32), (3, 2, 64), (66, 16, 64), (20, 8, 64), (513, 8, 32)])
  func attention(length: Int, heads: Int, d: Int) {
    let query = Self.values(heads * d, seed: 8)
    let memory = Self.values(2 * length * heads * d, seed: 9)
    let stride = heads * d
    let order = (0..<length).map { length - 1 - $0 }
    var weights = [Float](repeating: 0, count: heads * length)
    var out = [Float](repeating: 0, count: heads * d)
    memory.withUnsafeBufferPointer { m in
      guard let base = m.baseAddress else { return }
      ck_attend(query, base, base + length * stride, order, stride, length, heads, d, 0.3, nil, &weights, &out)
    }
    for h in 0..<heads {
      func dot(_ t: Int) -> Double {
        (0..<d).reduce(0) { $0 + Double(query[h * d + $1]) * Double(memory[order[t] * stride + h * d + $1]) }
      }
      let expected = Self.simpleSoftmax((0..<length).map { dot($0) * 0.3 })
      #expect(Self.near(Array(weights[(h * length)..<((h + 1) * length)]), expected, 1e-6))
      let mixed = (0..<d).map { i in
        (0..<length).reduce(0) { $0 + expected[$1] * Double(memory[(length + order[$1]) * stride + h * d + i]) }
      }
      #expect(Self.near(Array(out[(h * d)..<((h + 1) * d)]), mixed, 1e-5))
    }
  }

  @Test(arguments: [(5, 5), (10, 3), (1000, 8), (58101, 9)])
  func top(n: Int, k: Int) {
    var x = Self.values(n, seed: 10)
    x[n / 2] = x[n - 1]
    let expected = x.indices.sorted { x[$0] != x[$1] ? x[$0] > x[$1] : $0 < $1 }.prefix(k)
    for block in [n, 64, 7] {
      var best = [ck_entry](repeating: ck_entry(value: -.infinity, index: -1), count: k)
      for start in stride(from: 0, to: n, by: block) {
        let part = Array(x[start..<min(start + block, n)])
        ck_add_best(part, part.count, Int32(start), k, &best)
      }
      #expect(best.map { Int($0.index) } == Array(expected))
      #expect(best.map(\.value) == expected.map { x[$0] })
    }
  }

  @Test func fewerEntriesThanAskedForStayEmpty() {
    var best = [ck_entry](repeating: ck_entry(value: -.infinity, index: -1), count: 4)
    ck_add_best([1, -.infinity, .nan, 2], 4, 10, 4, &best)
    #expect(best.map(\.index) == [13, 10, -1, -1])
  }

  @Test func logSumExp() {
    let x = Self.values(5000, scale: 30, seed: 11)
    let greatest = Double(x.max() ?? 0)
    let expected = greatest + log(x.reduce(0) { $0 + exp(Double($1) - greatest) })
    for block in [5000, 1024, 3] {
      var total = ck_running_sum(max: -.infinity, sum: 0)
      for start in stride(from: 0, to: x.count, by: block) {
        let part = Array(x[start..<min(start + block, x.count)])
        ck_add_exponentials(part, part.count, &total)
      }
      ck_add_exponentials([-.infinity, -.infinity], 2, &total)
      #expect(abs(Double(ck_log_of(total)) - expected) < 1e-5)
    }
  }

  @Test(arguments: [1, 7, 64])
  func simpleRecurrence(n: Int) {
    let rows = 3
    let input = Self.values(rows * 2 * n, scale: 4, seed: 12)
    let bias = Self.values(n, seed: 13)
    let before = Self.values(rows * n, seed: 14)
    var cell = before
    var hidden = [Float](repeating: 0, count: rows * n)
    ck_simple_recurrence(input, bias, &cell, &hidden, rows, n)
    let expected = (0..<(rows * n)).map { at -> Double in
      let (r, i) = (at / n, at % n)
      let f = 1 / (1 + exp(-Double(input[r * 2 * n + n + i]) - Double(bias[i])))
      return f * Double(before[at]) + (1 - f) * Double(input[r * 2 * n + i])
    }
    #expect(Self.near(cell, expected, 1e-5))
    #expect(hidden == cell.map { max($0, 0) })
  }

  @Test(arguments: [(1, 5, 3), (4, 32, 8), (7, 40, 33), (13, 96, 64)])
  func smallProducts(m: Int, n: Int, k: Int) {
    let a = Self.values(m * (k + 2), seed: 15)
    let b = Self.values(n * (k + 1), seed: 16)  // (n, k) before it is transposed
    let stride = n + 3
    var transposed = [Float](repeating: 7, count: k * stride)
    ck_transpose(b, k + 1, n, k, 0.5, &transposed, stride)
    #expect((0..<k).allSatisfy { i in (n..<stride).allSatisfy { transposed[i * stride + $0] == 0 } })
    var c = [Float](repeating: 0, count: m * stride)
    ck_multiply(a, k + 2, transposed, stride, m, stride, k, &c, stride)
    for r in 0..<m {
      let expected = (0..<n).map { j in
        (0..<k).reduce(0) { $0 + Double(a[r * (k + 2) + $1]) * Double(b[j * (k + 1) + $1]) * 0.5 }
      }
      #expect(Self.near(Array(c[(r * stride)..<(r * stride + n)]), expected, 1e-4))
    }
  }
}
