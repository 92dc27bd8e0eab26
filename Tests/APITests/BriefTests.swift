import HTTP
import Testing

@testable import API

/// What the event loop answers by itself: short requests of routes that take little.
struct BriefTests {
  private let api = TranslationAPI(slot: ServiceSlot(StandInService()))

  private func isBrief(_ method: String, _ path: String, text: String? = nil, bytes: Int = 0) -> Bool {
    let query = text.map { [(name: "q", value: $0)] } ?? []
    let body = Array(repeating: UInt8(ascii: " "), count: bytes)
    return api.isBrief(HTTPRequest(method: method, path: path, query: query, headers: HTTPHeaders(), body: body))
  }

  @Test(arguments: ["/translate", "/v2/translate"])
  func shortTextsAre(_ path: String) {
    #expect(isBrief("POST", path, bytes: 60))
    #expect(!isBrief("POST", path, bytes: 5_000))
    #expect(!isBrief("POST", path, text: "a"))
    #expect(!isBrief("GET", path))
  }

  @Test(arguments: ["/health", "/health/ready"])
  func healthIs(_ path: String) {
    #expect(isBrief("GET", path))
    #expect(!isBrief("POST", path))
  }

  @Test(arguments: [("POST", "/attention"), ("GET", "/metrics"), ("POST", "/translate_file"), ("GET", "/no/such/path")])
  func allOthersAreNot(_ method: String, _ path: String) {
    #expect(!isBrief(method, path))
  }
}
