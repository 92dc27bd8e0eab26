import CKernels
import Testing

/// Kernels that treat elements one by one, compared bit for bit with plain loops.
struct ElementwiseKernelTests {
  @Test(arguments: [1, 15, 64, 130]) func sums(n: Int) {
    let rows = 3
    let x = KernelTests.values(rows * n, seed: 50)
    let bias = KernelTests.values(n, seed: 51)
    var y = x
    ck_add_bias(&y, bias, rows, n)
    #expect(y == x.indices.map { x[$0] + bias[$0 % n] })
    let other = KernelTests.values(rows * n, seed: 52)
    y = x
    ck_add(&y, other, rows * n)
    #expect(y == zip(x, other).map { $0 + $1 })
  }

  @Test(arguments: [1, 33, 512]) func embeddings(n: Int) {
    let row = KernelTests.values(n, seed: 53)
    let position = KernelTests.values(n, seed: 54)
    var y = [Float](repeating: .nan, count: n)
    ck_embed(row, 3, position, &y, n)
    #expect(y == zip(row, position).map { $0 * 3 + $1 })
    let integers = Int8KernelTests.weights(n, seed: 55)
    ck_embed_int8(integers, 0.25, position, &y, n)
    #expect(y == zip(integers, position).map { Float($0) * 0.25 + $1 })
  }

  @Test func layerNormInPlaceAndWithoutBias() {
    let n = 70
    let x = KernelTests.values(2 * n, seed: 56)
    let scale = KernelTests.values(n, seed: 57)
    let none = [Float](repeating: 0, count: n)
    var (apart, inPlace) = ([Float](repeating: .nan, count: 2 * n), x)
    ck_layer_norm(x, none, scale, none, 1e-5, &apart, 2, n)
    inPlace.withUnsafeMutableBufferPointer { y in
      guard let base = y.baseAddress else { return }
      ck_layer_norm(base, nil, scale, none, 1e-5, base, 2, n)
    }
    #expect(apart == inPlace)
  }

  /// A read of a whole buffer depends on every bit of it.
  @Test func readingSeesEveryBlock() {
    var bytes = [UInt8](repeating: 0, count: 1024)
    #expect(ck_read(bytes, bytes.count) == 0)
    for place in [0, 100, 511, 1023] {
      bytes[place] = 1
      #expect(ck_read(bytes, bytes.count) != 0)
      bytes[place] = 0
    }
  }

  @Test func exponentialOfNaNIsNaN() {
    for n in [1, 7, 40] {
      var row = [Float](repeating: 1, count: n)
      row[n / 2] = .nan
      ck_add_bias_activate(&row, [Float](repeating: 0, count: n), 1, n, CK_SWISH)
      #expect(row.indices.allSatisfy { row[$0].isNaN == ($0 == n / 2) })
    }
  }

  @Test func infinityAndNaNAreFound() {
    for n in [1, 15, 64, 1000] {
      let row = [Float](repeating: .greatestFiniteMagnitude, count: n)
      #expect(ck_all_finite(row, n))
      for bad in [Float.infinity, -.infinity, .nan, -.nan] {
        for place in [0, n / 2, n - 1] {
          var row = row
          row[place] = bad
          #expect(!ck_all_finite(row, n))
        }
      }
    }
    #expect(ck_all_finite([], 0))
  }
}
