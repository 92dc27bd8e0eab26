import Foundation

/// How often something is measured: as often as fits into some seconds, so that slow and fast machines are done in
/// bearable time.
struct Repetition {
  let seconds: Double
  let most: Int

  /// The median of the seconds that a call takes; the first call only warms up.
  func medianSeconds(_ call: () throws -> Void) rethrows -> Double {
    let first = try Self.seconds(call)
    let times = max(1, min(most, Int(seconds / max(first, 1e-9))))
    var measured: [Double] = []
    for _ in 0..<times { measured.append(try Self.seconds(call)) }
    return Self.median(measured)
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let middle = sorted.indices.dropFirst(sorted.count / 2).first else { return .nan }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func seconds(_ call: () throws -> Void) rethrows -> Double {
    let start = DispatchTime.now()
    try call()
    return Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
  }
}
