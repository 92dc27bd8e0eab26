import API
import Foundation
import HTTP
import JSON
import Support
import Testing
import Translation

/// `/translate` as events, without sockets.
struct StreamingTests {
  private func post(
    _ json: String, to service: StandInService = StandInService(), accept: String = "text/event-stream"
  ) -> HTTPResponse {
    let caller = Caller(service)
    var request = caller.request("/translate", json)
    request.headers["Accept"] = accept
    return caller.call(request).response
  }

  private static let body = #"{"q":"hello","source":"en","target":"fr","explain":["scores"],"alternatives":1}"#

  /// A reader that joins the sentences of a stream has the paragraphs of the text.
  @Test func lineEndsComeBeforeTheirSentence() throws {
    let fixture = try MarianFixture("marian-base")
    let service = try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [fixture.directory], workers: 1))
    let pair = try #require(service.pairs.first)
    let caller = Caller(slot: ServiceSlot(service))
    var request = caller.request(
      "/translate", #"{"q":"a b\n\nc d","source":"\#(pair.source)","target":"\#(pair.target)","beam":1}"#)
    request.headers["Accept"] = "text/event-stream"
    let events = caller.call(request).awaitResponse().text
    let second = events.components(separatedBy: "\n\n").filter { $0.contains(#"{"sentence":1,"#) }
    #expect(second.first?.contains(#"{"sentence":1,"before":"\n\n","text":"#) == true, "\(events)")
    #expect(second.dropFirst().allSatisfy { !$0.contains("before") })
    #expect(!events.contains(#"{"sentence":0,"before""#))
  }

  @Test func eventsEndWithTheWholeAnswer() {
    let response = post(Self.body)
    #expect(response.status == 200)
    #expect(response.headers["Content-Type"] == "text/event-stream")
    #expect(response.headers["Cache-Control"] == "no-store")
    #expect(response.headers["X-Accel-Buffering"] == "no")
    #expect(response.headers["X-Request-Id"] != nil)
    #expect(response.headers["Access-Control-Allow-Origin"] == "*")
    let whole = Caller().post("/translate", Self.body).text
    #expect(
      response.text == """
        event: token
        data: {"sentence":0,"text":"HEL"}

        event: token
        data: {"sentence":0,"text":"LO"}

        event: done
        data: \(whole)


        """)
  }

  @Test func eventsOfAnArrayNameTheirText() {
    let text = post(#"{"q":["a","b\n"],"source":"en","target":"fr"}"#).text
    #expect(text.contains(#"data: {"index":0,"sentence":0,"text":"A"}"#))
    #expect(text.contains(#"data: {"index":1,"sentence":0,"text":"B"}"#))
    #expect(text.contains(#"data: {"index":1,"sentence":0,"text":"\n"}"#), "a line end does not end an event")
    #expect(text.hasSuffix("event: done\ndata: {\"translatedText\":[\"A\",\"B\\n\"]}\n\n"))
  }

  @Test func errorBeforeTheFirstEventIsAnOrdinaryAnswer() {
    let response = post(Self.body, to: StandInService(failure: .queueFull(retryAfterSeconds: 3)))
    #expect(response.status == 503)
    #expect(response.headers["Retry-After"] == "3")
    #expect(response.text == #"{"error":"the queue is full"}"#)
    #expect(post(#"{"q":"a","source":"en"}"#).status == 400)
  }

  @Test func laterErrorIsAnEvent() {
    let response = post(Self.body, to: StandInService(failure: .deadlinePassed, tellsFirst: true))
    #expect(response.status == 200)
    #expect(
      response.text.hasSuffix(
        "event: error\ndata: {\"error\":\"the deadline passed before the answer was ready\",\"status\":504}\n\n"))
  }

  @Test(arguments: [
    ("text/event-stream", true), ("text/event-stream;q=0.5", true), ("application/json, Text/Event-Stream", true),
    ("application/json;q=0.9, text/event-stream", true), ("application/json, text/event-stream;q=0.9", false),
    ("text/event-stream;q=0", false), ("*/*", false), ("text/*", false), ("application/json", false), ("", false),
  ])
  func eventsAreSentIfTheyAreAccepted(accept: String, getsThem: Bool) {
    let type = post(Self.body, accept: accept).headers["Content-Type"]
    #expect(type == (getsThem ? "text/event-stream" : "application/json"))
  }

  @Test func logHasTheBytesAndTheEndOfTheStream() {
    let log = ReadLog()
    for failure in [nil, TranslationError.deadlinePassed] {
      let service = StandInService(failure: failure, tellsFirst: true)
      let caller = Caller(
        slot: ServiceSlot(service),
        ledger: RequestLedger(log: RequestLog(log.sink), time: StillTime().source))
      var request = caller.request("/translate", Self.body)
      request.headers["Accept"] = "text/event-stream"
      let answer = caller.call(request).response
      let line = log.lines.first ?? ""
      #expect(line.contains(failure == nil ? #""status":200"# : #""status":504"#))
      #expect(line.contains(#""bytesOut":\#(answer.body.count),"#))
      #expect(line.contains(#""refused":"deadline""#) == (failure != nil))
    }
  }

  @Test func clientThatLeavesInTheMiddleIsLoggedOnce() {
    let log = ReadLog()
    let service = StandInService(answers: false)
    let caller = Caller(
      slot: ServiceSlot(service), ledger: RequestLedger(log: RequestLog(log.sink), time: StillTime().source))
    var request = caller.request("/translate", Self.body)
    request.headers["Accept"] = "text/event-stream"
    let exchange = caller.call(request)
    exchange.disconnect()
    service.answerAll()
    #expect(service.cancellations == 1)
    let lines = log.lines
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""status":499"#) == true)
  }
}
