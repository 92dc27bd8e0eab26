/// A bar on stderr that grows with the work that is done, with the time that is left at the rate so far. It draws nothing
/// if stderr is no terminal.
package struct ProgressBar {
  private static let width = 30

  private let total: Int
  private let unit: String
  private let start = ContinuousClock.now
  private var done = 0

  /// - Parameters:
  ///   - total: the whole work.
  ///   - unit: what the work is counted in.
  package init(total: Int, unit: String) {
    self.total = total
    self.unit = unit
  }

  /// Redraws the bar if there is more than before.
  /// - Parameter done: the work that is done so far.
  package mutating func show(_ done: Int) {
    guard done > self.done else { return }
    self.done = done
    Console.progress(text(seconds: (ContinuousClock.now - start) / .seconds(1)))
  }

  /// The bar as text.
  /// - Parameter seconds: the time since the start.
  func text(seconds: Double) -> String {
    let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 1
    let filled = Int(share * Double(Self.width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
    let percent = "\(Int(share * 100)) %"
    guard done > 0, done < total else { return "[\(bar)] \(percent)  \(done) of \(total) \(unit)" }
    let left = Int((seconds / share * (1 - share)).rounded(.up))
    return "[\(bar)] \(percent)  \(done) of \(total) \(unit), \(left) s left"
  }
}
