import Support
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(10))) struct PollCoalescingTests {
  @Test func fewRequestsWakeTheLoopAtOnce() {
    let pause = PollCoalescing()
    for count in 0..<pause.minimumRequests { #expect(pause.pauseSeconds(inFlightRequests: count) == nil) }
  }

  @Test func pausesGrowWithRequestsUpToALimit() {
    let pause = PollCoalescing()
    let pauses = (pause.minimumRequests..<5_000).map { pause.pauseSeconds(inFlightRequests: $0) ?? 0 }
    #expect(pauses.allSatisfy { $0 > 0 && $0 <= 0.005 })
    #expect(pauses == pauses.sorted())
  }

  /// The pause is longer than the test.
  @Test func newClientsStreamsAndShutdownAreNotDelayed() throws {
    var configuration = HTTPServerConfiguration()
    configuration.pollCoalescing.secondsPerRequest = 1_000
    configuration.pollCoalescing.maxSeconds = 1_000
    let handler = EchoHandler()
    let server = HTTPServer(configuration: configuration, handler: handler) { HTTPResponse(status: $0.error.status) }
    let port = try server.start()
    func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
    let waiting = try (0..<40).map { _ in try LoopbackClient(port: port) }
    for client in waiting { client.send(get("/wait")) }
    handler.arrived.wait(count: waiting.count)
    let probe = try LoopbackClient(port: port)
    for _ in 0..<3 {
      probe.send(get("/health"))
      #expect(try probe.answer().head.hasPrefix("HTTP/1.1 200 "))
    }
    let reader = try LoopbackClient(port: port)
    reader.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(try reader.rest().hasSuffix("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
    let done = Signal()
    server.shutdown(graceSeconds: 0) { _ in done.signal() }
    done.wait()
    handler.release()
  }
}
