import CKernels
import Foundation
import Testing

/// The kernels around a convolution's product, against their equations in double precision.
struct ConvolutionKernelTests {
  @Test(arguments: [1, 7, 32, 130]) func gatedLinearUnits(n: Int) {
    let rows = 3
    let x = KernelTests.values(rows * 2 * n, seed: 20).map { $0 * 3 }
    let bias = KernelTests.values(2 * n, seed: 21)
    var y = [Float](repeating: .nan, count: rows * n)
    ck_gated_linear(x, bias, &y, rows, n)
    for place in y.indices {
      let (row, i) = (place / n, place % n)
      let a = Double(x[row * 2 * n + i]) + Double(bias[i])
      let b = Double(x[row * 2 * n + n + i]) + Double(bias[n + i])
      #expect(abs(Double(y[place]) - a / (1 + exp(-b))) < 2e-6)
    }
  }

  @Test(arguments: [1, 64, 130]) func sumsThatKeepTheirVariance(n: Int) {
    let (x, y) = (KernelTests.values(n, seed: 22), KernelTests.values(n, seed: 23))
    var z = x
    ck_blend(&z, y, n)
    for i in 0..<n { #expect(abs(Double(z[i]) - (Double(x[i]) + Double(y[i])) / 2.0.squareRoot()) < 1e-6) }
    z = x
    ck_scale(&z, 1.5, n)
    #expect(z == x.map { $0 * 1.5 })
  }
}
