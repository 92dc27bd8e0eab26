/// When a transfer is to be given up: after `patience` seconds without a byte, or when it has fallen `patience`
/// seconds behind the minimum rate. The second catches a peer that drips a byte now and then, without a bound on
/// how long an honest large transfer takes.
struct ProgressTimer: Sendable {
  /// Seconds.
  private let patience: Double
  /// Bytes a second.
  private let minimumRate: Double
  private let began: Double
  private var latest: Double
  private var bytes = 0

  init(patience: Double, minimumRate: Double, now: Moment) {
    self.patience = patience
    self.minimumRate = minimumRate
    began = now.seconds
    latest = now.seconds
  }

  mutating func moved(_ count: Int, now: Moment) {
    guard count > 0 else { return }
    bytes += count
    latest = now.seconds
  }

  /// Seconds of the steady clock.
  var deadline: Double {
    min(latest + patience, began + patience + Double(bytes) / minimumRate)
  }
}
