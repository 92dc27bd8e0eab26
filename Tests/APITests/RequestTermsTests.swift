import API
import HTTP
import Testing
import Translation

/// The client of a request, and its timeout.
struct RequestTermsTests {
  private func call(
    _ caller: Caller, _ path: String, timeout: String?, from address: String = "192.0.2.7"
  ) -> HTTPResponse {
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if let timeout { headers["x-request-timeout-ms"] = timeout }
    let body = Array(#"{"q":"a","source":"en","target":"fr"}"#.utf8)
    var request = HTTPRequest(method: "POST", path: path, query: [], headers: headers, body: body)
    request.peerAddress = address
    return caller.call(request).response
  }

  @Test(arguments: [("1500", 1500), (nil, nil), ("1", 1), ("2147483647", 2_147_483_647)] as [(String?, Int?)])
  func timeoutReachesTheService(_ text: String?, _ timeout: Int?) {
    let service = StandInService()
    for path in ["/translate", "/attention"] {
      #expect(call(Caller(service), path, timeout: text).status == 200)
    }
    let terms = service.translations.map(\.terms) + service.attentions.map(\.terms)
    #expect(terms.map(\.timeoutMilliseconds) == [timeout, timeout])
  }

  /// The time that the request has waited since it came is part of what its client waits.
  @Test(arguments: [(nil, 0), (1000, 0), (999.75, 250), (1001, 0)] as [(Double?, Int)])
  func elapsedTimeReachesTheService(received: Double?, waited: Int) {
    let service = StandInService()
    let access = AccessControl(time: TimeSource(steadySeconds: { 1000 }, unixMilliseconds: { 0 }))
    let caller = Caller(slot: ServiceSlot(service), access: access)
    var request = caller.request("/translate", #"{"q":"a","source":"en","target":"fr"}"#)
    request.receivedSeconds = received
    #expect(caller.call(request).response.status == 200)
    #expect(service.translations.map(\.terms.waitedMilliseconds) == [waited])
  }

  @Test func addressesAreClients() {
    let service = StandInService()
    for address in ["192.0.2.7", "192.0.2.7", "192.0.2.8", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"] {
      #expect(call(Caller(service), "/translate", timeout: nil, from: address).status == 200)
    }
    let clients = service.translations.map(\.terms.client)
    #expect(clients[0] == clients[1])
    #expect(clients[3] == clients[4], "of one network")
    #expect(Set(clients).count == 4)
  }

  @Test(arguments: ["", "0", "-1", "soon", "1.5", "2147483648", "99999999999999999999"])
  func timeoutIsAWholeNumber(_ text: String) {
    for path in ["/translate", "/attention"] {
      let response = call(Caller(), path, timeout: text)
      #expect(response.status == 400)
      #expect(
        response.error == "X-Request-Timeout-Ms: expected a whole number from 1 to 2147483647, found \(text)")
    }
  }
}
