import CKernels
import Tensor

/// What a greedy step does beside the 8-bit product of a screened output layer.
struct ScreenCases {
  private static let width = 512
  private static let vocabulary = 58101
  /// Outputs of a row that may be the greatest, about as many as a large vocabulary has.
  private static let listed = 16

  private static let room = 512

  private let found = FloatBuffer(count: 2 * room)  // as entries
  private let lowest = FloatBuffer(count: 1)
  private let logits = SampleNumbers.buffer(64 * vocabulary, seed: 13)
  private let states = SampleNumbers.buffer(64 * width, seed: 14)
  private let table = SampleNumbers.buffer(4096 * width, seed: 15)  // (4096, 512)
  private let bias = SampleNumbers.buffer(4096, seed: 16)

  func cases(rows: Int) -> [KernelCase] { [screen(rows), exact(rows)] }

  private func screen(_ rows: Int) -> KernelCase {
    let n = Self.vocabulary
    let bound = ck_screen_bound(weight: 0.01, input: 0.01)
    let bounds = [ck_screen_bound](repeating: bound, count: (n + Int(CK_PANEL) - 1) / Int(CK_PANEL))
    let work = KernelWork.elements(rows * n, operations: 1, writes: false)
    return KernelCase(kernel: "screen", shape: "\(n)", rows: rows, work: work) {
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
    return KernelCase(kernel: "exact outputs", shape: "\(k), \(n) of 4096", rows: rows, work: work) {
      for row in 0..<rows {
        var entries = (0..<n).map { ck_entry(value: 0, place: Int32((row * 977 + $0 * 251) % 4096)) }
        ck_exact_outputs(states.base + row * k, table.base, bias.base, k, n, &entries)
      }
    }
  }
}
