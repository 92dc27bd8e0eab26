import CKernels
import Tensor
import Testing

struct Int8KernelTests {
  /// Integer arithmetic without packing or shifting.
  static func simpleProduct(_ a: [Int], _ w: [Int8], rows: Int, k: Int, n: Int) -> [Int] {
    (0..<rows).flatMap { r in
      (0..<n).map { o in (0..<k).reduce(0) { $0 + a[r * k + $1] * Int(w[o * k + $1]) } }
    }
  }

  static func weights(_ count: Int, seed: UInt64) -> [Int8] {
    KernelTests.values(count, scale: 127.4, seed: seed).map { Int8($0.rounded()) }
  }

  /// A row in the steps of an instruction set, value by value.
  struct SimpleRow {
    var integers: [Int]
    var step: Float
    var zero: Int

    init(_ x: [Float], set: InstructionSet) {
      let (least, greatest) = (min(0, x.min() ?? 0), max(0, x.max() ?? 0))
      let isWide = set.activationBits == 8
      let range = isWide ? max(greatest, -least) : greatest - least
      let factor: Float = range > 0 ? 127 / range : 1
      let zero = isWide ? 128 : Int((-least * factor).rounded(.toNearestOrEven))
      let limits = isWide ? 1...255 : 0...127
      integers = x.map { value in
        let integer = zero + Int((value * factor).rounded(.toNearestOrEven))
        return min(max(integer, limits.lowerBound), limits.upperBound)
      }
      step = 1 / factor
      self.zero = zero
    }
  }

  /// The product by the kernels of a set. `marked` limits the caution about 16-bit sums to the outputs that need it.
  private static func product(
    _ x: [Float], _ w: [Int8], rows: Int, k: Int, n: Int, set: InstructionSet, marked: Bool,
    addedTo before: [Float]? = nil
  ) -> [Float] {
    var packed = [Int8](repeating: 0, count: ck_int8_packed_size(k, n))
    var sums = [Int32](repeating: 0, count: n)
    ck_int8_pack(set.kernels, w, nil, k, 0, n, &packed, &sums)
    var tight = [UInt8](repeating: 0, count: (n + 63) / 64 * ck_int8_pairs(k))
    ck_int8_mark_tight(packed, k, n, &tight)
    var q = [UInt8](repeating: 0, count: rows * ck_int8_padded_inputs(k))
    var scales = [Float](repeating: 0, count: rows)
    var zeros = [Int32](repeating: 0, count: rows)
    ck_quantize_rows(x, rows, k, Int32(set.activationBits), &q, &scales, &zeros)
    let ones = [Float](repeating: 1, count: n)
    var y = before ?? [Float](repeating: .nan, count: rows * n)
    q.withUnsafeBufferPointer { q in
      packed.withUnsafeBufferPointer { packed in
        tight.withUnsafeBufferPointer { tight in
          withUnsafePointers(scales, zeros, sums, ones) { scales, zeros, sums, ones in
            var input = ck_int8_rows(q: q.baseAddress, scales: scales, zeros: zeros)
            var outputs = ck_int8_outputs(
              packed: packed.baseAddress, tight: marked ? tight.baseAddress : nil, sums: sums, scales: ones)
            ck_int8_multiply(set.kernels, &input, &outputs, rows, k, n, &y, n, before != nil)
          }
        }
      }
    }
    return y
  }

  private static func simple(_ x: [Float], _ w: [Int8], rows: Int, k: Int, n: Int, set: InstructionSet) -> [Float] {
    (0..<rows).flatMap { r in
      let row = SimpleRow(Array(x[(r * k)..<((r + 1) * k)]), set: set)
      let centred = row.integers.map { $0 - row.zero }
      return simpleProduct(centred, w, rows: 1, k: k, n: n).map { Float($0) * row.step }
    }
  }

  @Test(arguments: InstructionSet.available, [(1, 8, 64), (7, 30, 100), (13, 256, 65), (2, 1536, 3), (5, 1030, 70)])
  func productsAreExact(set: InstructionSet, shape: (Int, Int, Int)) {
    let (rows, k, n) = shape
    let x = KernelTests.values(rows * k, scale: 200, seed: 30)
    let w = Self.weights(n * k, seed: 31)
    let before = KernelTests.values(rows * n, seed: 32)
    let expected = Self.simple(x, w, rows: rows, k: k, n: n, set: set)
    for marked in [true, false] {
      #expect(Self.product(x, w, rows: rows, k: k, n: n, set: set, marked: marked) == expected)
      let added = Self.product(x, w, rows: rows, k: k, n: n, set: set, marked: marked, addedTo: before)
      #expect(added == zip(before, expected).map { $0 + $1 })
    }
  }

  /// Sums of 16 bits would overflow for all of these outputs.
  @Test(arguments: InstructionSet.available, [1, 2, 6, 9])
  func greatestWeightsAndActivationsAreExact(set: InstructionSet, rows: Int) {
    let (k, n) = (68, 70)
    let x = (0..<(rows * k)).map { Float($0 % 3 == 0 ? 100 : 99) }
    let w = (0..<(n * k)).map { Int8($0 / k % 2 == 0 ? 127 : -128) }
    let found = Self.product(x, w, rows: rows, k: k, n: n, set: set, marked: true)
    #expect(found == Self.simple(x, w, rows: rows, k: k, n: n, set: set))
  }

  /// The greatest sum that 16 bits hold, and the next.
  @Test(arguments: [
    ([127, 127, 4, 0], false), ([127, 127, 4, 1], true), ([-127, -127, -4, 0], false),
    ([-127, -127, 0, -5], true), ([127, -127, 127, -127], false),
  ])
  func outputsWithoutRoomAreMarked(weights: [Int8], isTight: Bool) {
    let (k, n) = (16, 64)
    // Inputs 0, 1, 4 and 5 share a sum.
    for (output, places) in [(0, [0, 1, 4, 5]), (37, [10, 11, 14, 15])] {
      var w = [Int8](repeating: 0, count: n * k)
      for (place, weight) in zip(places, weights) { w[output * k + place] = weight }
      var packed = [Int8](repeating: 0, count: ck_int8_packed_size(k, n))
      var sums = [Int32](repeating: 0, count: n)
      ck_int8_pack(CK_PORTABLE, w, nil, k, 0, n, &packed, &sums)
      var tight = [UInt8](repeating: 0, count: ck_int8_pairs(k))
      ck_int8_mark_tight(packed, k, n, &tight)
      var expected: [UInt8] = [0, 0]
      if isTight { expected[places[0] / 8] = 1 << UInt8(output / 8) }
      #expect(tight == expected)
    }
  }

  @Test func packsChosenRows() {
    let (k, n) = (12, 5)
    let w = Self.weights(20 * k, seed: 33)
    let chosen: [Int32] = [17, 3, 3, 0, 19]
    var packed = [Int8](repeating: 0, count: ck_int8_packed_size(k, n))
    var sums = [Int32](repeating: 0, count: n)
    ck_int8_pack(CK_PORTABLE, w, chosen, k, 0, n, &packed, &sums)
    for (o, row) in chosen.enumerated() {
      for i in 0..<k { #expect(packed[i / 4 * 256 + o * 4 + i % 4] == w[Int(row) * k + i]) }
    }
  }

  @Test(arguments: InstructionSet.available) func rowScalesUndoQuantization(set: InstructionSet) {
    let (rows, k) = (5, 50)
    var x = KernelTests.values(rows * k, scale: 5, seed: 34)
    for i in 0..<k {
      x[k + i] = 0
      x[2 * k + i] = abs(x[2 * k + i])
      x[3 * k + i] = -1 - abs(x[3 * k + i])
    }
    var q = [UInt8](repeating: 0, count: rows * ck_int8_padded_inputs(k))
    var scales = [Float](repeating: 0, count: rows)
    var zeros = [Int32](repeating: 0, count: rows)
    ck_quantize_rows(x, rows, k, Int32(set.activationBits), &q, &scales, &zeros)
    for r in 0..<rows {
      // Two roundings can meet at the ends of a row's range in 7 bits.
      let tolerance = scales[r] * (set.activationBits == 8 ? 0.5001 : 1.0001)
      for i in 0..<k {
        let back = Float(Int32(q[r * ck_int8_padded_inputs(k) + i]) - zeros[r]) * scales[r]
        #expect(abs(back - x[r * k + i]) <= tolerance)
      }
    }
    // A row without negative values has steps as fine as in 8 bits.
    let greatest = x[(2 * k)..<(3 * k)].max() ?? 0
    #expect(abs(scales[2] - greatest / 127) <= 1e-6)
  }

  @Test(arguments: InstructionSet.available) func numbersThatAreNotFiniteDoNotTrap(set: InstructionSet) {
    let k = 6
    let x: [Float] = [1, .nan, 2, -1, 0, 3] + [1, .infinity, 2, 0, 0, 0] + [-.infinity, 1, .infinity, 0, .nan, 0]
    var q = [UInt8](repeating: 0, count: 3 * ck_int8_padded_inputs(k))
    var scales = [Float](repeating: 0, count: 3)
    var zeros = [Int32](repeating: 0, count: 3)
    ck_quantize_rows(x, 3, k, Int32(set.activationBits), &q, &scales, &zeros)
    #expect(scales[0].isFinite && !scales[1].isFinite && !scales[2].isFinite)
  }
}

/// Calls `body` with the addresses of four arrays.
private func withUnsafePointers(
  _ a: [Float], _ b: [Int32], _ c: [Int32], _ d: [Float],
  _ body: (UnsafePointer<Float>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?, UnsafePointer<Float>?) -> Void
) {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeBufferPointer { c in
        d.withUnsafeBufferPointer { d in body(a.baseAddress, b.baseAddress, c.baseAddress, d.baseAddress) }
      }
    }
  }
}
