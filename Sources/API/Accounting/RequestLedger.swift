/// Where accounts of requests go.
package struct RequestLedger: Sendable {
  package let metrics: ServiceMetrics
  /// nil where nothing is logged.
  let log: RequestLog?
  let time: TimeSource
  let usage = UsageTally()

  package init(metrics: ServiceMetrics = ServiceMetrics(), log: RequestLog? = nil, time: TimeSource = .system) {
    self.metrics = metrics
    self.log = log
    self.time = time
  }

  /// Counts a request that is over, answers it, and logs it, in this order: a client that has its answer finds it counted
  /// and did not wait for its line.
  func enter(_ account: RequestAccount, answer: () -> Void = {}) {
    metrics.count(account)
    if let work = account.work { usage.add(work.characters, key: account.key) }
    answer()
    log?.write(account, unixMilliseconds: time.unixMilliseconds())
  }
}
