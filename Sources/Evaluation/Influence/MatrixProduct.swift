/// Products of row-major matrices in double precision. Derivatives shrink by tens of orders of magnitude on their way,
/// which float32 has no room for, so that the kernels that serve are of no use here.
enum MatrixProduct {
  /// c (m, n) += a (m, k) · b (k, n)
  static func add(_ a: [Double], _ b: [Double], to c: inout [Double], m: Int, k: Int, n: Int) {
    precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          for row in 0..<m { addRow(a + row * k, b, to: c + row * n, k: k, n: n) }
        }
      }
    }
  }

  /// Four rows of b at a time, so that c is read and written a quarter as often.
  private static func addRow(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, to c: UnsafeMutablePointer<Double>, k: Int, n: Int
  ) {
    var inner = 0
    while inner + 4 <= k {
      let (a0, a1, a2, a3) = (a[inner], a[inner + 1], a[inner + 2], a[inner + 3])
      let (b0, b1) = (b + inner * n, b + (inner + 1) * n)
      let (b2, b3) = (b + (inner + 2) * n, b + (inner + 3) * n)
      for column in 0..<n {
        c[column] += (a0 * b0[column] + a1 * b1[column]) + (a2 * b2[column] + a3 * b3[column])
      }
      inner += 4
    }
    while inner < k {
      let (factor, row) = (a[inner], b + inner * n)
      for column in 0..<n { c[column] += factor * row[column] }
      inner += 1
    }
  }
}
