import CKernels
import Testing

/// Serialized: the instruction set is chosen for the whole process.
@Suite(.serialized) struct Int8KernelTests {
  /// Integer arithmetic without packing or shifting.
  static func simpleProduct(_ a: [Int], _ w: [Int8], rows: Int, k: Int, n: Int) -> [Int] {
    (0..<rows).flatMap { r in
      (0..<n).map { o in (0..<k).reduce(0) { $0 + a[r * k + $1] * Int(w[o * k + $1]) } }
    }
  }

  static func weights(_ count: Int, seed: UInt64) -> [Int8] {
    KernelTests.values(count, scale: 127.4, seed: seed).map { Int8($0.rounded()) }
  }

  @Test(
    arguments: [CK_PORTABLE, CK_AVX2, CK_AVX512, CK_AVX512_VNNI],
    [(1, 8, 64), (7, 30, 100), (13, 256, 65), (2, 1536, 3), (5, 1030, 70)])
  func productsAreExact(set: ck_instruction_set, shape: (Int, Int, Int)) {
    let (rows, k, n) = shape
    let best = ck_current_instruction_set()
    ck_use_instruction_set(set)
    defer { ck_use_instruction_set(best) }
    // The greatest activations and weights are in it: sums that saturating instructions would get wrong.
    var x = KernelTests.values(rows * k, scale: 200, seed: 30)
    x[0] = 127
    let w = Self.weights(n * k, seed: 31)
    var packed = [Int8](repeating: 0, count: ck_int8_packed_size(k, n))
    var sums = [Int32](repeating: 0, count: n)
    ck_int8_pack(w, nil, k, 0, n, &packed, &sums)
    var q = [UInt8](repeating: 0, count: rows * ck_int8_padded_inputs(k))
    ck_quantize(x, rows, k, 1, &q)
    let a = x.map { Int(max(-127, min(127, $0.rounded(.toNearestOrEven)))) }
    let ones = [Float](repeating: 1, count: n)
    let before = KernelTests.values(rows * n, seed: 32)
    var y = before
    ck_int8_multiply(q, packed, sums, rows, k, n, nil, ones, &y, n, false)
    let expected = Self.simpleProduct(a, w, rows: rows, k: k, n: n).map { Float($0) }
    #expect(y == expected)
    y = before
    ck_int8_multiply(q, packed, sums, rows, k, n, nil, ones, &y, n, true)
    #expect(y == zip(before, expected).map { $0 + $1 })
  }

  @Test func packsChosenRows() {
    let (k, n) = (12, 5)
    let w = Self.weights(20 * k, seed: 33)
    let chosen: [Int32] = [17, 3, 3, 0, 19]
    var packed = [Int8](repeating: 0, count: ck_int8_packed_size(k, n))
    var sums = [Int32](repeating: 0, count: n)
    ck_int8_pack(w, chosen, k, 0, n, &packed, &sums)
    for (o, row) in chosen.enumerated() {
      for i in 0..<k { #expect(packed[i / 4 * 256 + o * 4 + i % 4] == w[Int(row) * k + i]) }
    }
  }

  @Test func rowScalesUndoQuantization() {
    let (rows, k) = (3, 50)
    var x = KernelTests.values(rows * k, scale: 5, seed: 34)
    for i in 0..<k { x[k + i] = 0 }
    var q = [UInt8](repeating: 0, count: rows * ck_int8_padded_inputs(k))
    var scales = [Float](repeating: 0, count: rows)
    ck_quantize_rows(x, rows, k, &q, &scales)
    for r in 0..<rows {
      for i in 0..<k {
        let back = Float(Int(q[r * ck_int8_padded_inputs(k) + i]) - 128) * scales[r]
        #expect(abs(back - x[r * k + i]) <= scales[r] * 0.5001)
      }
    }
  }
}
