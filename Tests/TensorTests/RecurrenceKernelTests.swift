import CKernels
import Foundation
import Testing

/// Steps of recurrent cells against the equations written out in double precision.
struct RecurrenceKernelTests {
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func agree(_ found: [Float], _ expected: [Double]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { abs(Double($0) - $1) < 4e-6 }
  }

  private func values(_ count: Int, _ seed: Int) -> ([Float], [Double]) {
    let floats = KernelTests.values(count, seed: UInt64(seed)).map { $0 * 3 }
    return (floats, floats.map(Double.init))
  }

  @Test(arguments: [1, 7, 32, 130]) func plainSteps(n: Int) {
    let rows = 3
    let ((x, xd), (y, yd)) = (values(rows * n, 1), values(rows * n, 2))
    var h = [Float](repeating: .nan, count: rows * n)
    ck_rnn_step(x, y, &h, rows, n)
    #expect(agree(h, zip(xd, yd).map { tanh($0 + $1) }))
    var z = x
    ck_add_bias_tanh(&z, Array(y[..<n]), rows, n)
    #expect(agree(z, xd.indices.map { tanh(xd[$0] + yd[$0 % n]) }))
  }

  @Test(arguments: [1, 7, 32, 130]) func gatedSteps(n: Int) {
    let rows = 3
    let ((x, xd), (y, yd)) = (values(rows * 3 * n, 3), values(rows * 3 * n, 4))
    let ((bias, biasD), (old, oldD)) = (values(n, 5), values(rows * n, 6))
    var h = old
    ck_gru_step(x, y, bias, &h, rows, n)
    let expected = (0..<rows * n).map { place -> Double in
      let (start, i) = (place / n * 3 * n, place % n)
      let r = sigmoid(xd[start + i] + yd[start + i])
      let z = sigmoid(xd[start + n + i] + yd[start + n + i])
      let candidate = tanh(xd[start + 2 * n + i] + r * (yd[start + 2 * n + i] + biasD[i]))
      return (1 - z) * candidate + z * oldD[place]
    }
    #expect(agree(h, expected))
  }

  @Test(arguments: [1, 7, 32, 130]) func longShortTermSteps(n: Int) {
    let rows = 3
    let ((x, xd), (y, yd)) = (values(rows * 4 * n, 7), values(rows * 4 * n, 8))
    let (old, oldD) = values(rows * n, 9)
    var (h, c) = ([Float](repeating: .nan, count: rows * n), old)
    ck_lstm_step(x, y, &h, &c, rows, n)
    let sums = zip(xd, yd).map(+)
    let cells = (0..<rows * n).map { place -> Double in
      let (start, i) = (place / n * 4 * n, place % n)
      return sigmoid(sums[start + n + i]) * oldD[place] + sigmoid(sums[start + i]) * tanh(sums[start + 2 * n + i])
    }
    #expect(agree(c, cells))
    #expect(agree(h, cells.indices.map { sigmoid(sums[$0 / n * 4 * n + 3 * n + $0 % n]) * tanh(cells[$0]) }))
  }

  /// Sums of many terms, whose rounding is theirs: the bound grows with them.
  @Test(arguments: [1, 7, 32, 130]) func scores(n: Int) {
    let length = 5
    let ((query, queryD), (keys, keysD), (weights, weightsD)) = (
      values(n, 10), values(length * n, 11), values(n, 12)
    )
    var (dots, additive) = ([Float](repeating: .nan, count: length), [Float](repeating: .nan, count: length))
    ck_dot_scores(query, keys, length, n, &dots)
    ck_additive_scores(query, keys, weights, length, n, &additive)
    for t in 0..<length {
      let key = keysD[(t * n)..<((t + 1) * n)]
      #expect(abs(Double(dots[t]) - zip(queryD, key).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-6 * Double(10 * n))
      let expected = zip(weightsD, zip(queryD, key)).reduce(0) { $0 + $1.0 * tanh($1.1.0 + $1.1.1) }
      #expect(abs(Double(additive[t]) - expected) < 1e-6 * Double(3 * n))
    }
  }

  /// Far from zero the gates are shut or open, and nothing overflows.
  @Test func saturatedGates() {
    var h: [Float] = [0, 0]
    ck_rnn_step([200, -200], [0, 0], &h, 1, 2)
    #expect(h == [1, -1])
  }
}
