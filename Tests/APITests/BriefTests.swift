import API
import HTTP
import Testing

/// Which requests the event loop answers itself: short requests of cheap routes, and health checks in any case.
struct BriefTests {
  private let api = TranslationAPI(slot: ServiceSlot(StandInService()))

  private func execution(_ method: String, _ path: String, text: String? = nil, bytes: Int = 0) -> HandlerExecution {
    let query = text.map { [(name: "q", value: $0)] } ?? []
    let body = Array(repeating: UInt8(ascii: " "), count: bytes)
    return api.match(HTTPRequest(method: method, path: path, query: query, headers: [:], body: body)).execution
  }

  @Test(arguments: ["/translate", "/v2/translate"])
  func shortTextsAreBrief(_ path: String) {
    #expect(execution("POST", path, bytes: 60) == .brief)
    #expect(execution("POST", path, bytes: 5_000) == .queued)
    #expect(execution("POST", path, text: "a") == .queued)
    #expect(execution("GET", path) == .queued)
  }

  @Test(arguments: ["/health", "/health/ready", "/metrics"])
  func healthAndMetricsAreImmediate(_ path: String) {
    #expect(execution("GET", path) == .immediate)
    #expect(execution("HEAD", path) == .immediate)
    #expect(execution("GET", path, text: "a") == .immediate)
    #expect(execution("POST", path) == .queued)
  }

  @Test(arguments: [("POST", "/attention"), ("GET", "/models"), ("POST", "/translate_file"), ("GET", "/no/such/path")])
  func otherRequestsAreQueued(_ method: String, _ path: String) {
    #expect(execution(method, path) == .queued)
  }

  /// A key that nobody issued must not buy a turn of its own.
  @Test func unknownKeysShareTheTurnOfTheirAddress() {
    func client(address: String, key: String? = nil) -> String {
      var request = HTTPRequest(method: "POST", path: "/translate", query: [], headers: [:], body: [])
      request.peerAddress = address
      request.headers["Authorization"] = key.map { "Bearer \($0)" }
      return api.client(of: request)
    }
    #expect(client(address: "192.0.2.1") != client(address: "192.0.2.2"))
    #expect(client(address: "192.0.2.1", key: "a") == client(address: "192.0.2.1"))
    #expect(client(address: "192.0.2.1", key: "b") == client(address: "192.0.2.1"))
  }
}
