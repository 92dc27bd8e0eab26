import CKernels
import Tensor
import Testing

struct LinearTests {
  /// Row by row, in double precision.
  static func simpleLinear(_ x: [Float], _ w: [Float], _ b: [Float], rows: Int, n: Int, k: Int) -> [Double] {
    (0..<rows).flatMap { r in
      (0..<n).map { o in
        (0..<k).reduce(Double(b[o])) { $0 + Double(x[r * k + $1]) * Double(w[o * k + $1]) }
      }
    }
  }

  @Test(arguments: [1, 2, 4, 5, 17, 64], [37, 5000])
  func agreesWithTheNaiveProduct(rows: Int, n: Int) {
    let k = 24
    let w = KernelTests.values(n * k, seed: 20)
    let b = KernelTests.values(n, seed: 21)
    let x = KernelTests.values(rows * k, seed: 22)
    let matrix = Matrix(rows: n, columns: k) { _ = $0.update(fromContentsOf: w) }
    for linear in [Linear(weight: .float32(matrix), bias: b), Linear(weight: matrix, bias: b)] {
      var y = [Float](repeating: 0, count: rows * n)
      linear.apply(x, rows: rows, into: &y, scratch: LinearScratch())
      let expected = Self.simpleLinear(x, w, b, rows: rows, n: n, k: k)
      #expect(KernelTests.near(y, expected, 1e-4))

      var added = y
      linear.multiply(x, rows: rows, into: &added, accumulate: true, scratch: LinearScratch())
      let twice = (0..<(rows * n)).map { 2 * expected[$0] - Double(b[$0 % n]) }
      #expect(KernelTests.near(added, twice, 2e-4))
    }
  }

  /// Rows and outputs that end in the middle of a block.
  @Test(arguments: InstructionSet.available, [1, 3, 6, 11])
  func packedProductsOfEachSetAgreeWithTheNaiveProduct(set: InstructionSet, rows: Int) {
    let (n, k) = (150, 40)
    let w = KernelTests.values(n * k, seed: 50)
    let bias = [Float](repeating: 0, count: n)
    let x = KernelTests.values(rows * k, seed: 51)
    let matrix = Matrix(rows: n, columns: k) { _ = $0.update(fromContentsOf: w) }
    let linear = Linear(weight: .packed(PackedMatrix([matrix], set: set)), bias: bias)
    var y = [Float](repeating: .nan, count: rows * n)
    linear.apply(x, rows: rows, into: &y, scratch: LinearScratch())
    #expect(KernelTests.near(y, Self.simpleLinear(x, w, bias, rows: rows, n: n, k: k), 1e-5))

    // Single outputs have the bits of the whole product.
    for row in 0..<rows {
      var entries = (0..<n).reversed().map { ck_entry(value: .nan, index: Int32($0)) }
      ck_exact_outputs(set.kernels, Array(x[(row * k)..<((row + 1) * k)]), matrix.base, bias, k, n, &entries)
      #expect(entries.reversed().map(\.value) == Array(y[(row * n)..<((row + 1) * n)]))
    }
  }

  @Test func stacksMatrices() {
    let a = Matrix(rows: 1, columns: 2) { _ = $0.update(fromContentsOf: [1, 2]) }
    let b = Matrix(rows: 2, columns: 2) { _ = $0.update(fromContentsOf: [3, 4, 5, 6]) }
    let both = Matrix(stacking: [a, b])
    #expect(both.rows == 3)
    #expect((0..<6).map { both.base[$0] } == [1, 2, 3, 4, 5, 6])
  }

  @Test func rowBitsDoNotDependOnOtherRows() {
    let (n, k, rows) = (200, 512, 64)
    let w = Matrix(rows: n, columns: k) { _ = $0.update(fromContentsOf: KernelTests.values(n * k, seed: 23)) }
    let upper = Matrix(viewing: w.base, rows: 70, columns: k, owner: w as AnyObject)
    let lower = Matrix(viewing: w.row(70), rows: n - 70, columns: k, owner: w as AnyObject)
    let linear = Linear(weight: Linear.weight([upper, lower]), bias: KernelTests.values(n, seed: 24))
    let x = KernelTests.values(rows * k, seed: 25)
    var together = [Float](repeating: 0, count: rows * n)
    linear.apply(x, rows: rows, into: &together, scratch: LinearScratch())
    for row in 0..<rows {
      var alone = [Float](repeating: 0, count: n)
      linear.apply(Array(x[(row * k)..<((row + 1) * k)]), rows: 1, into: &alone, scratch: LinearScratch())
      #expect(alone == Array(together[(row * n)..<((row + 1) * n)]))
    }
  }

  @Test(arguments: [1, 130, 2500])
  func weightsPackedBlockByBlockGiveTheSameBits(n: Int) {
    let (k, rows) = (48, 5)
    let w = Matrix(rows: n, columns: k) { _ = $0.update(fromContentsOf: KernelTests.values(n * k, seed: 26)) }
    let bias = KernelTests.values(n, seed: 27)
    let x = KernelTests.values(rows * k, seed: 28)
    let scratch = LinearScratch()
    func collect(_ run: ((OutputBlock) -> Void) -> Void) -> [[Float]] {
      var found = [[Float]](repeating: [], count: rows)
      run { block in
        for row in 0..<rows { found[row] += UnsafeBufferPointer(start: block.row(row), count: block.outputs.count) }
      }
      return found
    }
    let linear = Linear(weight: w, bias: bias)
    let packed = collect { linear.forEachBlock(x, rows: rows, scratch: scratch, $0) }
    let unpacked = collect { Linear.forEachBlock(x, packing: w, bias: bias, rows: rows, scratch: scratch, $0) }
    #expect(packed == unpacked)
    #expect(packed.allSatisfy { $0.count == n })
  }

  @Test func layerWithoutOutputsHasNoBlocks() {
    let linear = Linear(weight: Matrix(rows: 0, columns: 8) { _ in }, bias: [])
    linear.forEachBlock([Float](repeating: 1, count: 8), rows: 1, scratch: LinearScratch()) { _ in
      Issue.record("a block of nothing")
    }
  }
}
