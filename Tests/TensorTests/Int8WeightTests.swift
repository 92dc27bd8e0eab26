import CKernels
import Tensor
import Testing

/// Weights quantised when they are loaded, against arithmetic without packing, blocks or vectors.
struct Int8WeightTests {
  private static func matrix(_ values: [Float], columns: Int) -> Matrix {
    Matrix(rows: values.count / columns, columns: columns) { _ = $0.update(fromContentsOf: values) }
  }

  /// Integers (n, k) and scales (n).
  private static func weightQuantization(_ w: [Float], k: Int) -> ([Int8], [Float]) {
    let levels = Float(ck_weight_levels(InstructionSet.current.kernels))
    let rows = stride(from: 0, to: w.count, by: k).map { Array(w[$0..<($0 + k)]) }
    let greatest = rows.map { $0.map(abs).max() ?? 0 }
    let integers = zip(rows, greatest).flatMap { row, greatest in
      row.map { Int8(($0 * (levels / greatest)).rounded(.toNearestOrEven)) }
    }
    return (integers, greatest.map { $0 / levels })
  }

  private static func product(_ weight: Int8Weight, _ x: [Float], rows: Int) -> [Float] {
    let linear = Linear(weight: .int8(weight), bias: [Float](repeating: 0, count: weight.outputs))
    var y = [Float](repeating: .nan, count: rows * weight.outputs)
    linear.multiply(x, rows: rows, into: &y, scratch: LinearScratch())
    return y
  }

  /// Large weights lie side by side in memory that they share.
  @Test func weightsOutliveTheirNeighbours() {
    let (k, n) = (512, 1024)
    let input = KernelTests.values(k, seed: 45)
    func make(_ seed: UInt64) -> Int8Weight {
      Int8Weight(quantizing: [Self.matrix(KernelTests.values(n * k, seed: seed), columns: k)])
    }
    var all = (0..<4).map { make(UInt64($0)) }
    let before = all.map { Self.product($0, input, rows: 1) }
    #expect(Set(before).count == 4)
    all.remove(at: 2)
    all.remove(at: 0)
    let later = make(9)
    #expect(all.map { Self.product($0, input, rows: 1) } == [before[1], before[3]])
    #expect(Self.product(make(0), input, rows: 1) == before[0])
    #expect(Self.product(later, input, rows: 1) == Self.product(make(9), input, rows: 1))
  }

  @Test func rowsWithoutAStepSizeAreZeros() {
    let k = 5
    let tiny = Float.leastNonzeroMagnitude
    let levels = Int8(ck_weight_levels(InstructionSet.current.kernels))
    let last: [Float] = [0, -2 * Float(levels), 1, 3, Float(levels)]
    let w: [Float] =
      [0, 0, 0, 0, 0] + [tiny, -tiny, 0, 0, 0] + [1, .nan, 0, 0, 0] + [1, 0, -.infinity, 0, 0] + last
    var q = [Int8](repeating: 9, count: 5 * k)
    var scales = [Float](repeating: -1, count: 5)
    ck_int8_quantize_weights(w, k, 5, Int32(levels), &q, &scales)
    // Halves go to the even neighbour.
    #expect(q == [Int8](repeating: 0, count: 20) + [0, -levels, 0, 2, levels == 127 ? 64 : levels / 2])
    #expect(scales[0] == 0 && scales[1] == 0 && scales[4] == 2)
    #expect(!scales[2].isFinite && !scales[3].isFinite)
  }

  /// Parts that end in the middle of a panel, widths that end in the middle of a group, and more rows than a block has.
  @Test(arguments: [([37, 100], 30), ([64], 64), ([3], 1), ([70, 1, 200], 129), ([4500, 30], 66)])
  func blocksDoNotChangeQuantizedWeights(parts: [Int], k: Int) {
    let n = parts.reduce(0, +)
    let w = KernelTests.values(n * k, seed: 40)
    var first = 0
    let matrices = parts.map { count in
      defer { first += count }
      return Self.matrix(Array(w[(first * k)..<((first + count) * k)]), columns: k)
    }
    let weight = Int8Weight(quantizing: matrices)
    let (integers, scales) = Self.weightQuantization(w, k: k)
    #expect(weight.scales == scales)
    #expect(weight.inputs == k && weight.outputs == n)

    let rows = 3
    let x = KernelTests.values(rows * k, seed: 41)
    let found = Self.product(weight, x, rows: rows)
    let twin = Int8Weight(integers: integers, inputs: k, outputs: n, scales: scales, activations: .perRow)
    #expect(found == Self.product(twin, x, rows: rows))

    for r in 0..<rows {
      let row = Int8KernelTests.SimpleRow(Array(x[(r * k)..<((r + 1) * k)]), set: .current)
      for o in 0..<n {
        let sum = (0..<k).reduce(0) { $0 + (row.integers[$1] - row.zero) * Int(integers[o * k + $1]) }
        let expected = Double(sum) * Double(row.step) * Double(scales[o])
        #expect(abs(Double(found[r * n + o]) - expected) <= 1e-5 * (1 + abs(expected)))
      }
    }
  }

  @Test func staysNearTheProductOfFloats() {
    let (n, k, rows) = (100, 512, 4)
    let w = KernelTests.values(n * k, seed: 42)
    let x = KernelTests.values(rows * k, seed: 43)
    let found = Self.product(Int8Weight(quantizing: [Self.matrix(w, columns: k)]), x, rows: rows)
    let exact = LinearTests.simpleLinear(x, w, [Float](repeating: 0, count: n), rows: rows, n: n, k: k)
    let error = zip(found, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    let size = exact.reduce(0) { $0 + $1 * $1 }
    #expect((error / size).squareRoot() < 0.01)
  }

  @Test func chosenOutputsMatchTheWholeLayer() {
    let (n, k) = (150, 30)
    let whole = Int8Weight(quantizing: [Self.matrix(KernelTests.values(n * k, seed: 44), columns: k)])
    let chosen: [Int32] = [149, 0, 64, 63, 64] + (70..<140)
    let x = KernelTests.values(2 * k, seed: 45)
    let all = Self.product(whole, x, rows: 2)
    let some = Self.product(Int8Weight(choosing: chosen, of: whole), x, rows: 2)
    #expect(some == (0..<2).flatMap { row in chosen.map { all[row * n + Int($0)] } })
  }

  @Test(arguments: [0, 63, 64, 99]) func rowsOfATable(output: Int) {
    let (n, k) = (100, 30)
    let w = KernelTests.values(n * k, seed: 46)
    let position = KernelTests.values(k, seed: 47)
    let (integers, scales) = Self.weightQuantization(w, k: k)
    var y = [Float](repeating: .nan, count: k)
    Int8Weight(quantizing: [Self.matrix(w, columns: k)]).embed(output, scale: 4, position: position, into: &y)
    let scale = 4 * scales[output]
    let expected: [Float] = (0..<k).map { column in
      let product = Float(integers[output * k + column]) * scale
      return product + position[column]
    }
    #expect(y == expected)
  }
}
