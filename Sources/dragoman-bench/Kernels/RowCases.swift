import CKernels
import Tensor

/// Cases of kernels that process single rows. Operations per element are counted in the C source: an exponential has
/// 27.
struct RowCases {
  private static let width = 512
  private static let inner = 2048
  private static let vocabulary = 58101
  private static let exponential = 27

  private let x = SampleNumbers.buffer(64 * vocabulary, seed: 8)
  private let y = SampleNumbers.buffer(64 * inner, seed: 9)
  private let vector = SampleNumbers.buffer(vocabulary, seed: 10)
  private let integers = SampleNumbers.buffer(64 * inner, seed: 11)
  private let set: InstructionSet

  init(_ set: InstructionSet) { self.set = set }

  func cases(rows: Int) -> [KernelCase] {
    [layerNorm(rows), softmax(rows), logSumExp(rows), quantize(rows), attention(rows, length: 20)]
      + [("relu", CK_RELU, 2), ("swish", CK_SWISH, 31), ("gelu", CK_GELU, 46)].map { activation($0, rows) }
      + [attention(rows, length: 200), best(rows, of: 1), best(rows, of: 4)]
  }

  private func item(
    _ kernel: String, _ shape: String, _ rows: Int, _ work: KernelWork, _ run: @escaping () -> Void
  ) -> KernelCase {
    KernelCase(kernel: "\(kernel) \(set.rawValue)", shape: shape, rows: rows, work: work, run: run)
  }

  private func layerNorm(_ rows: Int) -> KernelCase {
    let n = Self.width
    return item("layer norm", "\(n)", rows, .elements(rows * n, operations: 9)) {
      ck_layer_norm(x.base, vector.base, vector.base, vector.base, 1e-5, y.base, rows, n)
    }
  }

  private func activation(_ kind: (String, ck_activation, Int), _ rows: Int) -> KernelCase {
    let n = Self.inner
    return item("bias and \(kind.0)", "\(n)", rows, .elements(rows * n, operations: kind.2)) {
      ck_add_bias_activate(y.base, vector.base, rows, n, kind.1)
    }
  }

  /// The softmax of eight heads' rows over 64 positions.
  private func softmax(_ rows: Int) -> KernelCase {
    let n = 64
    return item("softmax", "8x\(n)", rows, .elements(rows * 8 * n, operations: Self.exponential + 4)) {
      ck_softmax(y.base, rows * 8, n, n)
    }
  }

  private func logSumExp(_ rows: Int) -> KernelCase {
    let n = Self.vocabulary
    let work = KernelWork.elements(rows * n, operations: Self.exponential + 3, writes: false)
    return item("sum of exponentials", "\(n)", rows, work) {
      for row in 0..<rows {
        var total = ck_running_sum(max: -.infinity, sum: 0)
        ck_add_exponentials(x.base + row * n, n, &total)
      }
    }
  }

  private func quantize(_ rows: Int) -> KernelCase {
    let n = Self.width
    var work = KernelWork.elements(rows * n, operations: 10)
    work.bytes = rows * n * 5
    var zeros = [Int32](repeating: 0, count: rows)
    return item("quantize rows", "\(n)", rows, work) {
      integers.base.withMemoryRebound(to: UInt8.self, capacity: rows * n) {
        ck_quantize_rows(x.base, rows, n, Int32(set.activationBits), $0, y.base, &zeros)
      }
    }
  }

  /// Attention with eight heads of width 64 over keys and values in cells of each row's own.
  private func attention(_ rows: Int, length: Int) -> KernelCase {
    let (heads, d) = (8, 64)
    let cells = (0..<(rows * length)).map { $0 % length * rows + $0 / length }  // one per row and step
    let work = KernelWork(
      arithmetic: .single,
      operations: Double(rows * heads * length * (4 * d + Self.exponential + 4)),
      bytes: rows * heads * d * (2 * length + 2) * 4)
    let memory = SampleNumbers.buffer(rows * length * 2 * heads * d, seed: 12)
    return item("attention", "8x64 over \(length)", rows, work) {
      cells.withUnsafeBufferPointer { cells in
        guard let all = cells.baseAddress else { return }
        for row in 0..<rows {
          ck_attend(
            x.base + row * heads * d, memory.base, memory.base + heads * d, all + row * length, 2 * heads * d, length,
            heads, d, 0.125, nil, vector.base, y.base + row * heads * d)
        }
      }
    }
  }

  private func best(_ rows: Int, of count: Int) -> KernelCase {
    let n = Self.vocabulary
    let work = KernelWork.elements(rows * n, operations: 1, writes: false)
    return item("best \(count)", "\(n)", rows, work) {
      for row in 0..<rows {
        var entries = [ck_entry](repeating: ck_entry(value: -.infinity, index: 0), count: count)
        ck_add_best(x.base + row * n, n, 0, count, &entries)
      }
    }
  }
}

/// Cases of a greedy step's work on a screened output layer, except its 8-bit product.
struct ScreenCases {
  private static let width = 512
  private static let vocabulary = 58101
  /// The number of a row's outputs that can be the greatest, about as many as with a large vocabulary.
  private static let listed = 16

  private static let room = 512

  private let found = FloatBuffer(count: 2 * room)  // as entries
  private let lowest = FloatBuffer(count: 1)
  private let logits = SampleNumbers.buffer(64 * vocabulary, seed: 13)
  private let states = SampleNumbers.buffer(64 * width, seed: 14)
  private let table = SampleNumbers.buffer(4096 * width, seed: 15)  // (4096, 512)
  private let bias = SampleNumbers.buffer(4096, seed: 16)
  private let set: InstructionSet

  init(_ set: InstructionSet) { self.set = set }

  func cases(rows: Int) -> [KernelCase] { [screen(rows), exact(rows)] }

  private func screen(_ rows: Int) -> KernelCase {
    let n = Self.vocabulary
    let bound = ck_screen_bound(weight: 0.01, input: 0.01)
    let bounds = [ck_screen_bound](repeating: bound, count: (n + Int(CK_PANEL) - 1) / Int(CK_PANEL))
    let work = KernelWork.elements(rows * n, operations: 1, writes: false)
    return KernelCase(kernel: "screen \(set.rawValue)", shape: "\(n)", rows: rows, work: work) {
      found.base.withMemoryRebound(to: ck_entry.self, capacity: Self.room) { found in
        for row in 0..<rows {
          lowest.base.pointee = -.infinity
          var state = ck_screen_row(
            best: 1, size: 1, error: 0.01, lowest: lowest.base, found: found, count: 0, room: Self.room,
            overflowed: false)
          ck_screen(logits.base + row * n, n, 0, bounds, &state)
        }
      }
    }
  }

  private func exact(_ rows: Int) -> KernelCase {
    let (k, n) = (Self.width, Self.listed)
    let work = KernelWork(
      arithmetic: .single, operations: Double(2 * rows * n * k), bytes: rows * (n + 1) * k * 4)
    return KernelCase(kernel: "exact outputs \(set.rawValue)", shape: "\(k), \(n) of 4096", rows: rows, work: work) {
      for row in 0..<rows {
        var entries = (0..<n).map { ck_entry(value: 0, index: Int32((row * 977 + $0 * 251) % 4096)) }
        ck_exact_outputs(set.kernels, states.base + row * k, table.base, bias.base, k, n, &entries)
      }
    }
  }
}
