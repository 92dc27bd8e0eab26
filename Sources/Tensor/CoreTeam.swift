import CKernels

/// The process's cores, which one worker has to itself while the others have nothing to do. Nothing is shared until
/// `start`; then every product that is worth it is cut at whole panels of outputs, so that its bits stay the same.
package enum CoreTeam {
  /// - Parameter threads: how many may work on one product. Once a process.
  package static func start(threads: Int) { ck_team_start(Int32(clamping: threads)) }

  /// A worker has something to do from now on.
  package static func join() { ck_team_join() }
  /// It has nothing more to do.
  package static func leave() { ck_team_leave() }
}

extension LinearScratch {
  /// Lets products of `body` use all cores where no other worker is busy.
  package func withTeam<Result>(_ body: () -> Result) -> Result {
    guard !hasTeam, ck_team_acquire() else { return body() }
    hasTeam = true
    defer {
      hasTeam = false
      ck_team_release()
    }
    return body()
  }
}

/// A product in parts, one behind the other.
struct SharedProduct {
  let linear: Linear
  let input: LinearInput
  let outputs: Range<Int>
  let rows: Int
  let y: UnsafeMutablePointer<Float>
  let stride: Int
  let accumulate: Bool

  /// Multiplications and additions below which handing over costs more than it brings.
  private static let worthwhile = 100_000
  /// More parts than threads, so that a thread that comes late takes less.
  private static let parts = 4

  /// Outputs a part: whole panels.
  private var width: Int {
    let panels = (outputs.count + Int(CK_PANEL) - 1) / Int(CK_PANEL)
    return (panels + Self.parts - 1) / Self.parts * Int(CK_PANEL)
  }

  /// Whether the product is done; if not, the caller has to do it alone.
  func run() -> Bool {
    guard rows * outputs.count * linear.inputs >= Self.worthwhile else { return false }
    let parts = (outputs.count + width - 1) / width
    withUnsafePointer(to: self) { product in
      ck_team_run(
        { context, part in context?.assumingMemoryBound(to: SharedProduct.self).pointee.run(part: part) },
        UnsafeMutableRawPointer(mutating: product), UInt16(parts))
    }
    return true
  }

  private func run(part: Int) {
    let first = outputs.lowerBound + part * width
    linear.multiplyAlone(
      input, outputs: first..<min(first + width, outputs.upperBound), rows: rows, into: y + part * width,
      stride: stride, accumulate: accumulate)
  }
}
