/// Float32 products with weights (n, k), each by the BLAS call that was measured fastest for its shape.
enum FloatProduct {
  /// Below this many rows, matrix-vector products read the weights faster than OpenBLAS can pack them.
  private static let fewRows = 5

  /// A wide layer goes to OpenBLAS in pieces of so many outputs: what it packs then stays in the cache (17 % faster
  /// for 58,101 outputs).
  private static let block = 1024

  /// y (rows, n) = x (rows, k) · Wᵀ, or added to y.
  static func multiply(
    _ x: UnsafePointer<Float>, _ weight: Matrix, rows: Int, into y: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    let (n, k) = (weight.rows, weight.columns)
    let beta: Float = accumulate ? 1 : 0
    guard rows >= fewRows else {
      for row in 0..<rows { BLAS.multiplyVector(weight.base, x + row * k, y + row * n, n: n, k: k, beta: beta) }
      return
    }
    let width = n > 4 * block ? block : n
    for start in stride(from: 0, to: n, by: width) {
      BLAS.multiplyTransposed(
        x, weight.row(start), y + start, m: rows, n: min(width, n - start), k: k, lda: k, ldb: k, ldc: n, beta: beta)
    }
  }
}
