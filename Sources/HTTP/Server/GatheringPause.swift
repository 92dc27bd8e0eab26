/// How often the event loop looks at its sockets where many requests are under way, as network cards moderate their
/// interrupts.
///
/// Each of them is waited for anyhow, the longer the more there are. To wake for every single one would take a core
/// from those who work on them twice a request; looking now and then takes several requests, and sends several answers,
/// at once.
enum GatheringPause {
  /// Requests without an answer from which on it is worth it. Fewer leave cores idle, and are looked at at once.
  static let crowd = 32
  private static let secondsPerRequest = 0.000_08
  private static let longest = 0.005

  /// Seconds from one look to the next; nil where the loop is to wake as soon as there is something.
  static func seconds(underWay: Int) -> Double? {
    underWay < crowd ? nil : min(Double(underWay) * secondsPerRequest, longest)
  }
}
