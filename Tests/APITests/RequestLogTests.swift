import API
import HTTP
import Testing
import Translation

struct RequestLogTests {
  private let log = ReadLog()
  private let time = StillTime()

  private func caller(_ service: StandInService = StandInService(), holdsTexts: Bool = false) -> Caller {
    Caller(
      slot: ServiceSlot(service),
      ledger: RequestLedger(log: RequestLog(log.sink, holdsTexts: holdsTexts), time: time.source))
  }

  private func request(_ body: String, id: String?) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/translate", query: [], headers: [:], body: Array(body.utf8))
    request.headers["X-Request-Id"] = id
    request.receivedSeconds = 999.9875
    return request
  }

  private static let body = #"{"q":["a secret","b"],"source":"en","target":"fr"}"#

  @Test func translationIsLogged() {
    let response = caller().call(request(Self.body, id: "from-the-balancer")).response
    #expect(response.headers["X-Request-Id"] == "from-the-balancer")
    #expect(
      log.lines == [
        #"{"time":"2026-11-21T08:16:49.123Z","id":"from-the-balancer","method":"POST","route":"/translate","#
          + #""status":200,"bytesIn":50,"bytesOut":35,"ms":12.5,"queueMs":1.0,"encodeMs":2.5,"decodeMs":3.0,"#
          + #""sentences":2,"sourceTokens":10,"targetTokens":14,"batchSize":4}"#
      ])
  }

  @Test func textsAreLoggedIfAskedFor() {
    _ = caller(holdsTexts: true).call(request(Self.body, id: nil))
    #expect(log.lines.first?.hasSuffix(#""texts":["a secret","b"],"translations":["A SECRET","B"]}"#) == true)
  }

  @Test func valuesOfTheClientAreNotLogged() throws {
    let caller = caller()
    _ = caller.post("/translate", #"{"q":"a","source":"en","target":"secret"}"#)
    _ = caller.post("/translate", #"{"q":"a","source":"en","target":"fr","explain":"secret"}"#)
    _ = caller.post("/translate", #"{"secret"#)
    _ = caller.post("/translate", Self.body, type: "secret/json")
    _ = try caller.get("/secret?q=secret")
    _ = try caller.get("/attention?q=secret&source=en&target=fr")
    let lines = log.lines
    #expect(lines.count == 6)
    for line in lines { #expect(!line.contains("secret")) }
    #expect(lines[1].hasSuffix(#""refused":"malformed"}"#))
    #expect(lines[3].hasSuffix(#""refused":"media_type"}"#))
    #expect(lines[4].contains(#""route":"other","status":404"#))
    #expect(lines[4].hasSuffix(#""refused":"not_found"}"#))
  }

  @Test func failureOfTheServerIsLogged() {
    _ = caller(StandInService(failure: .failed("out of memory"))).call(request(Self.body, id: nil))
    #expect(
      log.lines.first?.hasSuffix(
        #""status":500,"bytesIn":50,"bytesOut":25,"ms":12.5,"refused":"failed","# + #""error":"out of memory"}"#)
        == true)
  }

  @Test func clientThatLeftIsLogged() {
    let service = StandInService(answers: false)
    let exchange = caller(service).call(request(Self.body, id: "x"))
    #expect(log.lines.isEmpty)
    time.pass(2)
    exchange.disconnect()
    #expect(service.cancellations == 1)
    #expect(log.lines.first?.contains(#""id":"x","method":"POST","route":"/translate","status":499,"#) == true)
  }

  @Test func lateAnswerIsStillGivenToItsExchange() {
    let exchange = RecordedExchange()
    let service = StandInService(answers: false)
    caller(service).api.match(request(Self.body, id: "x")).action(request(Self.body, id: "x"), exchange)
    exchange.disconnect()
    service.answerAll()
    #expect(exchange.count == 1)
    #expect(log.lines.count == 1)
  }

  @Test func droppedRequestIsAnsweredAndLogged() {
    let service = StandInService(answers: false)
    let exchange = caller(service).call(request(Self.body, id: "x"))
    #expect(exchange.count == 0)
    service.forgetAll()
    #expect(exchange.response.status == 500)
    #expect(exchange.response.headers["X-Request-Id"] == "x")
    #expect(exchange.response.headers["Access-Control-Allow-Origin"] == "*")
    let lines = log.lines
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""id":"x","method":"POST","route":"/translate","status":500,"#) == true)
    #expect(lines.first?.hasSuffix(#""error":"the request was dropped without an answer"}"#) == true)
  }

  @Test func droppedRequestOfAClientThatLeftIsLoggedOnce() {
    let service = StandInService(answers: false)
    let exchange = caller(service).call(request(Self.body, id: "x"))
    exchange.disconnect()
    service.forgetAll()
    #expect(exchange.count == 0)
    #expect(log.lines.map { $0.contains(#""status":499,"#) } == [true])
  }

  @Test func headHasNoBytesOut() throws {
    _ = try caller().get("/health", method: "HEAD")
    #expect(
      log.lines.first?.contains(#""method":"HEAD","route":"/health","status":200,"bytesIn":0,"bytesOut":0,"#) == true)
  }

  @Test func refusalsOfTheConnectionAreAnswered() throws {
    let response = caller().api.refusalBody(RefusedRequest(RequestError(431, "too much: secret")))
    let id = try #require(response.headers["X-Request-Id"])
    #expect(
      log.lines == [
        #"{"time":"2026-11-21T08:16:49.123Z","id":"\#(id)","route":"other","status":431,"bytesIn":0,"bytesOut":28,"#
          + #""refused":"too_large"}"#
      ])
  }

  @Test(arguments: ["a", "0123456789-_~!", String(repeating: "x", count: 128)])
  func usableIDsAreKept(_ id: String) {
    #expect(caller().call(request(Self.body, id: id)).response.headers["X-Request-Id"] == id)
  }

  @Test(arguments: [nil, "", "a b", "é", "a\u{7F}", "a\tb", String(repeating: "x", count: 129)])
  func unusableIDsAreReplaced(_ id: String?) throws {
    let made = try (0..<2).map { _ in
      try #require(caller().call(request(Self.body, id: id)).response.headers["X-Request-Id"])
    }
    #expect(made[0] != made[1])
    for id in made {
      #expect(id.utf8.count == 32)
      #expect(id.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    }
  }
}
