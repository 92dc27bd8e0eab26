import COpenBLAS

/// The BLAS calls that the layers use, on row-major float32.
package enum BLAS {
  /// One thread a worker: OpenBLAS's own threads would compete with the workers for the same cores.
  package static func useOneThread() { openblas_set_num_threads(1) }

  /// c (m, n) = a (m, k) · b (n, k)ᵀ + beta · c; `lda` … are the distances between rows.
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
