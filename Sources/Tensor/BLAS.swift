import COpenBLAS

/// The BLAS calls that the layers use, on row-major float32.
package enum BLAS {
  /// Limits OpenBLAS to the calling thread: its own threads would compete with the workers for the cores.
  package static func useOneThread() { openblas_set_num_threads(1) }

  /// c (m, n) = a (m, k) · b (n, k)ᵀ + beta · c. Rows are `lda`, `ldb` and `ldc` floats apart.
  package static func multiplyTransposed(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    m: Int, n: Int, k: Int, lda: Int, ldb: Int, ldc: Int, beta: Float = 0
  ) {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(m), blasint(n), blasint(k), 1, a, blasint(lda), b,
      blasint(ldb), beta, c, blasint(ldc))
  }

  /// y (n) = b (n, k) · x (k) + beta · y
  package static func multiplyVector(
    _ b: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, n: Int, k: Int,
    beta: Float = 0
  ) {
    cblas_sgemv(CblasRowMajor, CblasNoTrans, blasint(n), blasint(k), 1, b, blasint(k), x, 1, beta, y, 1)
  }
}

/// Float32 products with weights (n, k), each by the BLAS call that measured fastest for its shape.
enum FloatProduct {
  /// Rows below which matrix-vector products read the weights faster than OpenBLAS can pack them.
  private static let fewRows = 5

  /// Outputs per call of OpenBLAS for wide layers: packed weights then stay in the cache (17 % faster for 58,101
  /// outputs).
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
