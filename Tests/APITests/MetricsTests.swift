import API
import Foundation
import HTTP
import Support
import Testing
import Translation

struct MetricsTests {
  private let time = StillTime()

  private func caller(_ slot: ServiceSlot, metrics: ServiceMetrics = ServiceMetrics()) -> Caller {
    Caller(slot: slot, ledger: RequestLedger(metrics: metrics, time: time.source))
  }

  private static func samples(_ caller: Caller) throws -> Set<String> {
    let response = try caller.get("/metrics")
    #expect(response.status == 200)
    #expect(response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
    return Set(response.text.split(separator: "\n").map(String.init))
  }

  @Test func requestsByRouteAndStatus() throws {
    let caller = caller(ServiceSlot(StandInService()))
    _ = caller.post("/translate", #"{"q":"a","source":"en","target":"fr"}"#)
    _ = caller.post("/translate", #"{"q":"a","source":"en","target":"fr"}"#)
    _ = caller.post("/translate", "{")
    for path in ["/a", "/b?x=1", "/translate/a"] { _ = try caller.get(path) }
    _ = try caller.get("/translate/", method: "PUT")
    _ = caller.api.refusalBody(RefusedRequest(RequestError(408, "too slow")))
    let samples = try Self.samples(caller)
    #expect(
      samples.isSuperset(of: [
        #"dragoman_http_requests_total{route="/translate",status="200"} 2"#,
        #"dragoman_http_requests_total{route="/translate",status="400"} 1"#,
        #"dragoman_http_requests_total{route="/translate",status="405"} 1"#,
        #"dragoman_http_requests_total{route="other",status="404"} 3"#,
        #"dragoman_http_requests_total{route="other",status="408"} 1"#,
        #"dragoman_refused_total{reason="malformed"} 1"#, #"dragoman_refused_total{reason="method"} 1"#,
        #"dragoman_refused_total{reason="not_found"} 3"#, #"dragoman_refused_total{reason="slow"} 1"#,
        #"dragoman_http_request_seconds_count{route="/translate"} 4"#,
        #"dragoman_http_request_seconds_count{route="other"} 3"#,
      ]))
    #expect(samples.filter { $0.hasPrefix("dragoman_http_requests_total") }.count == 5)
  }

  @Test func latencies() throws {
    let service = StandInService(answers: false)
    let caller = caller(ServiceSlot(service))
    _ = caller.start("/translate", #"{"q":"a","source":"en","target":"fr"}"#)
    time.pass(0.03)
    service.answerAll()
    let samples = try Self.samples(caller)
    #expect(samples.contains(#"dragoman_http_request_seconds_bucket{route="/translate",le="0.025"} 0"#))
    #expect(samples.contains(#"dragoman_http_request_seconds_bucket{route="/translate",le="0.05"} 1"#))
  }

  @Test func clientThatLeftIsNoRefusal() throws {
    let caller = caller(ServiceSlot(StandInService(answers: false)))
    caller.start("/translate", #"{"q":"a","source":"en","target":"fr"}"#).disconnect()
    let samples = try Self.samples(caller)
    #expect(samples.contains(#"dragoman_http_requests_total{route="/translate",status="499"} 1"#))
    #expect(!samples.contains { $0.hasPrefix("dragoman_refused_total{") })
  }

  @Test func stateOfTheServiceIsReported() throws {
    let slot = ServiceSlot(StandInService())
    let samples = try Self.samples(caller(slot))
    #expect(
      samples.isSuperset(of: [
        "dragoman_ready 1", "dragoman_queue_depth 6", "dragoman_rows_active 9",
        #"dragoman_model_bytes{model="en-fr"} 48"#,
      ]))
    slot.beginDrain()
    let draining = caller(slot)
    #expect(try draining.get("/health/ready").status == 503)
    let drained = try Self.samples(draining)
    #expect(drained.contains("dragoman_ready 0"))
    #expect(!drained.contains { $0.hasPrefix("dragoman_refused_total{") })
    #expect(try Self.samples(caller(ServiceSlot())).contains("dragoman_ready 0"))
  }

  /// A real service: every token in and out is counted once.
  @Test func workOfWorkersIsCounted() throws {
    let fixture = try MarianFixture("marian-base")
    let metrics = ServiceMetrics()
    let service = try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [fixture.directory], workers: 1, checksOutput: false),
      observer: metrics)
    service.warmUp()
    let caller = caller(ServiceSlot(service), metrics: metrics)
    let body = #"{"q":"The woman reads. The woman reads.","source":"en","target":"fr","beam":2,"explain":["tokens"]}"#
    let answer = caller.start("/translate", body).awaitResponse().text
    let (sources, targets) = (Self.tokens("sourceTokens", answer), Self.tokens("targetTokens", answer))
    let samples = try Self.samples(caller)
    #expect(sources > 4)
    #expect(
      samples.isSuperset(of: [
        #"dragoman_tokens_total{direction="source"} \#(sources)"#,
        #"dragoman_tokens_total{direction="target"} \#(targets)"#,
        "dragoman_queue_wait_seconds_count 2", "dragoman_batch_size_sum 4",
        "dragoman_batch_padded_tokens_sum \(2 * sources)",
      ]))
  }

  /// Hits, misses, entries and bytes of the cache, as the requests bring them about.
  @Test func useOfTheCacheIsReported() throws {
    let fixture = try MarianFixture("marian-base")
    func samples(_ cache: ClauseCache?, _ texts: [String]) throws -> [String: Int] {
      var configuration = ServiceConfiguration(
        modelDirectories: [fixture.directory], workers: 1, checksOutput: false)
      configuration.cache = cache
      let service = try TranslationService(configuration: configuration)
      service.warmUp()
      let caller = caller(ServiceSlot(service))
      for text in texts {
        let answer = caller.start("/translate", #"{"q":"\#(text)","source":"en","target":"fr"}"#).awaitResponse()
        #expect(answer.status == 200)
      }
      let lines = try Self.samples(caller).filter { $0.hasPrefix("dragoman_cache_") }
      return Dictionary(
        uniqueKeysWithValues: lines.map { line in
          let words = line.split(separator: " ")
          return (String(words[0].dropFirst("dragoman_cache_".count)), Int(words[1]) ?? -1)
        })
    }
    #expect(try samples(nil, ["The woman reads."]).isEmpty)
    #expect(
      try samples(ClauseCache(capacityBytes: 1 << 20), [])
        == ["hits_total": 0, "misses_total": 0, "entries": 0, "bytes": 0])
    let cache = ClauseCache(capacityBytes: 1 << 20)
    let one = try samples(cache, ["The woman reads.", "The woman reads."])
    #expect(one["hits_total"] == 1 && one["misses_total"] == 1 && one["entries"] == 1)
    #expect(one["bytes"] == cache.use.bytes && cache.use.bytes > 0)
    // Models that are loaded again find nothing, and what is in the cache stays counted.
    let two = try samples(cache, ["The woman reads.", "The man reads.", "The man reads. The woman reads."])
    #expect(two["hits_total"] == 3 && two["misses_total"] == 3 && two["entries"] == 3)
    // A cache without room for an entry counts and keeps nothing.
    let none = try samples(ClauseCache(capacityBytes: 16), ["The woman reads.", "The woman reads."])
    #expect(none == ["hits_total": 0, "misses_total": 2, "entries": 0, "bytes": 0])
  }

  /// Tokens in all arrays of that name.
  private static func tokens(_ name: String, _ answer: String) -> Int {
    answer.components(separatedBy: "\"\(name)\":[").dropFirst().reduce(0) { count, rest in
      count + rest.prefix { $0 != "]" }.split(separator: ",").count
    }
  }
}
