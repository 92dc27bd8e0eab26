/// How often the event loop looks at its sockets where many requests are under way, as network cards moderate their
/// interrupts.
///
/// Each of them is waited for anyhow, the longer the more there are. To wake for every single one would take a core
/// from those who work on them twice a request; looking now and then takes several requests, and sends several answers,
/// at once.
///
/// Only the sockets and answers of clients that wait are looked at so seldom: new connections, health checks, parts of
/// streams and the end of the server are not delayed.
package struct GatheringPause: Sendable {
  /// Requests without an answer from which on it is worth it. Fewer leave cores idle, and are looked at at once.
  package var minimumRequests = 32
  package var secondsPerRequest = 0.000_08
  package var maximumSeconds = 0.005

  package init() {}

  /// Seconds from one look to the next; nil where the loop is to wake as soon as there is something.
  func seconds(underWay: Int) -> Double? {
    underWay < minimumRequests ? nil : min(Double(underWay) * secondsPerRequest, maximumSeconds)
  }
}
