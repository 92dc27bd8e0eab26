import Dispatch
import Support
import Testing

@testable import HTTP

struct GatheringPauseTests {
  @Test func fewAreLookedAtAtOnce() {
    let pause = GatheringPause()
    for count in 0..<pause.minimumRequests { #expect(pause.seconds(underWay: count) == nil) }
  }

  @Test func theMoreThereAreTheSeldomerUpToALimit() {
    let pause = GatheringPause()
    let pauses = (pause.minimumRequests..<5_000).map { pause.seconds(underWay: $0) ?? 0 }
    #expect(pauses.allSatisfy { $0 > 0 && $0 <= 0.005 })
    #expect(pauses == pauses.sorted())
  }

  /// The pause is longer than any client waits for anything.
  @Test func newClientsStreamsAndTheEndAreNotDelayed() throws {
    var configuration = HTTPServerConfiguration()
    configuration.gatheringPause.secondsPerRequest = 1_000
    configuration.gatheringPause.maximumSeconds = 1_000
    let handler = EchoHandler()
    let server = HTTPServer(configuration: configuration, handler: handler) { HTTPResponse(status: $0.error.status) }
    let port = try server.start()
    func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
    let crowd = try (0..<40).map { _ in try LoopbackClient(port: port) }
    for client in crowd { client.send(get("/wait")) }
    for _ in crowd { #expect(handler.arrived.wait(timeout: .now() + 120) == .success) }
    let probe = try LoopbackClient(port: port)
    for _ in 0..<3 {
      probe.send(get("/health"))
      #expect(try probe.answer().head.hasPrefix("HTTP/1.1 200 "))
    }
    let reader = try LoopbackClient(port: port)
    reader.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(try reader.rest().hasSuffix("\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"))
    let done = DispatchSemaphore(value: 0)
    server.shutdown(graceSeconds: 0) { _ in done.signal() }
    #expect(done.wait(timeout: .now() + 120) == .success)
    handler.release()
  }
}
