/// Float32 products with weights (n, k), each by the BLAS call that was measured fastest for its shape.
enum FloatProduct {
  /// Below this many rows, matrix-vector products read the weights faster than OpenBLAS can pack them.
  private static let fewRows = 5

  /// A wide layer goes to OpenBLAS in pieces of so many outputs: what it packs then stays in the cache (17 % faster
  /// for 58,101 outputs).
  private static let block = 1024

  /// y (rows, outputs), rows `stride` floats apart, = x (rows, k) · Wᵀ for some of W's outputs, or added to y.
  static func multiply(
    _ x: UnsafePointer<Float>, _ weight: Matrix, outputs: Range<Int>, rows: Int, into y: UnsafeMutablePointer<Float>,
    stride: Int, accumulate: Bool
  ) {
    let (n, k) = (outputs.count, weight.columns)
    let matrix = weight.row(outputs.lowerBound)
    let beta: Float = accumulate ? 1 : 0
    guard rows >= fewRows else {
      for row in 0..<rows { BLAS.multiplyVector(matrix, x + row * k, y + row * stride, n: n, k: k, beta: beta) }
      return
    }
    let width = n > 4 * block ? block : n
    for start in Swift.stride(from: 0, to: n, by: width) {
      BLAS.multiplyTransposed(
        x, matrix + start * k, y + start, m: rows, n: min(width, n - start), k: k, lda: k, ldb: k, ldc: stride,
        beta: beta)
    }
  }
}
