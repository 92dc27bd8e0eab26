import API
import HTTP
import Support
import Testing

struct AccessTests {
  private static let body = #"{"q":"a","source":"en","target":"fr"}"#
  private let folder: TemporaryFolder
  private let time = StillTime()
  private let log = ReadLog()

  init() throws { folder = try TemporaryFolder() }

  private func caller(keys: String? = "alice:alice-key\nbob:bobs-key 2", perMinute: Int? = nil) throws -> Caller {
    let store = try keys.map(folder.keys)
    let proxies = try [#require(AddressRange("10.0.0.0/8"))]
    return Caller(
      access: AccessControl(keys: store, perMinute: perMinute, trustedProxies: proxies, time: time.source),
      ledger: RequestLedger(log: RequestLog(log.sink), time: time.source))
  }

  private func answer(
    _ caller: Caller, _ headers: [String: String] = [:], body: String = body, from peer: String = "9.9.9.9"
  ) -> HTTPResponse {
    var request = caller.request("/translate", body)
    for (name, value) in headers { request.headers[name] = value }
    request.peerAddress = peer
    return caller.call(request).response
  }

  @Test func keyIsFoundInHeaderAndFields() throws {
    let caller = try caller()
    for authorization in ["Bearer alice-key", "bearer  alice-key", "DeepL-Auth-Key alice-key"] {
      #expect(answer(caller, ["Authorization": authorization]).status == 200)
    }
    #expect(answer(caller, body: #"{"q":"a","source":"en","target":"fr","api_key":"alice-key"}"#).status == 200)
    let form = "q=a&source=en&target=fr&api_key=alice-key"
    #expect(caller.post("/translate", form, type: "application/x-www-form-urlencoded").status == 200)
    #expect(try caller.get("/attention?q=a&source=en&target=fr&api_key=alice-key").status == 200)
    // A proxy's own password is no key.
    let both = #"{"q":"a","source":"en","target":"fr","api_key":"alice-key"}"#
    #expect(answer(caller, ["Authorization": "Basic eDp5"], body: both).status == 200)
  }

  @Test(arguments: [
    ("Authorization", "alice-key"), ("X-API-Key", "alice-key"), ("x-api-key", "alice-key"),
    ("Ocp-Apim-Subscription-Key", "alice-key"), ("X-Goog-Api-Key", "alice-key"),
  ])
  func keyIsFoundInHeaderFieldsOfOtherServices(_ field: String, _ value: String) throws {
    let caller = try caller()
    #expect(answer(caller, [field: value]).status == 200)
    #expect(answer(caller, [field: value + "x"]).error == "Invalid API key")
    #expect(answer(caller, [field: ""]).error == "Please contact the server operator to get an API key")
  }

  @Test(arguments: ["api_key", "auth_key", "token", "key"])
  func keyIsFoundInFieldsOfOtherServices(_ name: String) throws {
    let caller = try caller()
    let type = "application/x-www-form-urlencoded"
    let fields = "q=a&source=en&target=fr"
    #expect(caller.post("/translate", "\(fields)&\(name)=alice-key", type: type).status == 200)
    var request = caller.request("/translate", Self.body)
    request.query = [(name, "alice-key")]
    #expect(caller.call(request).response.status == 200)
    request.query = [(name, "another-key")]
    #expect(caller.call(request).response.status == 403)
    // What users leave empty is no key, and does not hide the one in the body.
    let empty = caller.post("/translate", "\(fields)&\(name)=", type: type)
    #expect(empty.error == "Please contact the server operator to get an API key")
  }

  @Test(arguments: ["Bearer", "Bearer ", "DeepL-Auth-Key ", "bearer", "Basic", ""])
  func schemeWithoutAKeyIsNoKey(_ authorization: String) throws {
    let caller = try caller()
    let body = #"{"q":"a","source":"en","target":"fr","api_key":"alice-key"}"#
    #expect(answer(caller, ["Authorization": authorization], body: body).status == 200)
    let none = answer(caller, ["Authorization": authorization])
    #expect(none.error == "Please contact the server operator to get an API key")
  }

  @Test func requestsWithoutAValidKeyAreRefused() throws {
    let caller = try caller()
    let none = answer(caller)
    #expect(none.status == 403)
    #expect(none.error == "Please contact the server operator to get an API key")
    for authorization in ["Bearer alice-kez", "Bearer x", "DeepL-Auth-Key " + String(repeating: "x", count: 5000)] {
      let wrong = answer(caller, ["Authorization": authorization])
      #expect(wrong.status == 403)
      #expect(wrong.error == "Invalid API key")
    }
    #expect(answer(caller, body: #"{"q":"a","source":"en","target":"fr","api_key":""}"#).status == 403)
    #expect(answer(caller, body: #"{"q":"a","source":"en","target":"fr","api_key":7}"#).status == 400)
    #expect(try caller.get("/attention?q=a&source=en&target=fr").status == 403)
  }

  @Test func openRoutesNeedNoKey() throws {
    let caller = try caller(perMinute: 1)
    for path in ["/health", "/health/ready", "/metrics", "/languages", "/models"] {
      for _ in 0..<3 { #expect(try caller.get(path).status == 200) }
    }
    #expect(try caller.get("/translate", method: "OPTIONS").status == 204)
  }

  @Test func logsAndMetricsHaveNamesOfKeysAtMost() throws {
    let caller = try caller(perMinute: 1)
    for _ in 0..<2 { _ = answer(caller, ["Authorization": "Bearer alice-key"]) }
    for _ in 0..<2 { _ = answer(caller, ["Authorization": "Bearer mallorys-key"]) }
    let metrics = try caller.get("/metrics").text
    let lines = log.lines
    #expect(lines[0].hasSuffix(#""key":"alice"}"#))
    #expect(lines[1].hasSuffix(#""key":"alice","refused":"rate_limit"}"#))
    #expect(lines[2].hasSuffix(#""refused":"key_unknown"}"#))
    #expect(lines[3].hasSuffix(#""refused":"rate_limit"}"#))
    #expect(metrics.contains(#"dragoman_refused_total{reason="rate_limit"} 2"#))
    for text in lines + [metrics] {
      #expect(!text.contains("-key"))
      #expect(!text.contains("9.9.9.9"))
    }
    #expect(!metrics.contains("alice"))
  }

  @Test func eachAddressHasItsLimit() throws {
    let caller = try caller(keys: nil, perMinute: 2)
    for _ in 0..<2 { #expect(answer(caller).status == 200) }
    let refused = answer(caller)
    #expect(refused.status == 429)
    #expect(refused.headers["Retry-After"] == "30")
    #expect(refused.error == "Slowdown: 2 per 1 minute")
    #expect(answer(caller, from: "8.8.8.8").status == 200)
    #expect(answer(caller, ["X-Forwarded-For": "7.7.7.7"]).status == 429)
    #expect(answer(caller, ["X-Forwarded-For": "7.7.7.7"], from: "10.0.0.1").status == 200)
    #expect(answer(caller, ["X-Forwarded-For": "9.9.9.9"], from: "10.0.0.1").status == 429)
    time.pass(29)
    #expect(answer(caller).headers["Retry-After"] == "1")
    time.pass(1)
    #expect(answer(caller).status == 200)
  }

  @Test func oneNetworkOfIPv6IsOneClient() throws {
    let caller = try caller(keys: nil, perMinute: 1)
    #expect(answer(caller, from: "2001:db8::1").status == 200)
    #expect(answer(caller, from: "2001:db8::2").status == 429)
    #expect(answer(caller, from: "2001:db8:0:1::2").status == 200)
    #expect(answer(caller, from: "1.2.3.4").status == 200)
    #expect(answer(caller, from: "1.2.3.5").status == 200)
  }

  @Test func keyHasItsOwnLimitOrTheServers() throws {
    let caller = try caller(perMinute: 3)
    for (key, limit) in [("alice-key", 3), ("bobs-key", 2)] {
      for number in 0..<limit {
        #expect(answer(caller, ["Authorization": "Bearer \(key)"], from: "1.1.1.\(number)").status == 200)
      }
      let refused = answer(caller, ["Authorization": "Bearer \(key)"])
      #expect(refused.status == 429)
      #expect(refused.error == "Slowdown: \(limit) per 1 minute")
    }
    // Keys that are wrong count for their address, those that are right do not.
    for status in [403, 403, 403, 429] {
      #expect(answer(caller, ["Authorization": "Bearer guessed-key"]).status == status)
    }
    time.pass(60)
    #expect(answer(caller, ["Authorization": "Bearer bobs-key"]).status == 200)
  }

  @Test func limitOfAKeyAppliesWithoutOneOfTheServer() throws {
    let caller = try caller()
    for status in [200, 200, 429] {
      #expect(answer(caller, ["Authorization": "Bearer bobs-key"]).status == status)
    }
    for _ in 0..<10 { #expect(answer(caller, ["Authorization": "Bearer alice-key"]).status == 200) }
  }

  @Test func malformedRequestsCountToo() throws {
    let caller = try caller(keys: nil, perMinute: 1)
    #expect(answer(caller, body: "{").status == 400)
    #expect(answer(caller, body: "{").status == 429)
  }

  @Test func malformedRequestCountsForItsAddressIfKeysAreNeeded() throws {
    let caller = try caller(perMinute: 2)
    for body in ["{", #"{"api_key":7}"#] { #expect(answer(caller, body: body).status == 400) }
    #expect(answer(caller, body: "{").status == 429)
    #expect(answer(caller).status == 429)
    #expect(answer(caller, ["Authorization": "Bearer alice-key"]).status == 200)
    #expect(answer(caller, from: "8.8.8.8").status == 403)
  }

  @Test func keyInTheBodyCountsForItselfAlone() throws {
    let caller = try caller(perMinute: 1)
    let body = #"{"q":"a","source":"en","target":"fr","api_key":"bobs-key"}"#
    for status in [200, 200, 429] { #expect(answer(caller, body: body).status == status) }
    #expect(answer(caller).status == 403)
    #expect(answer(caller).status == 429)
  }

  @Test func bodyOfAnAddressOverItsLimitIsNotRead() throws {
    let caller = try caller(perMinute: 1)
    #expect(answer(caller).status == 403)
    let body = #"{"q":"a","source":"en","target":"fr","api_key":"alice-key"}"#
    #expect(answer(caller, body: body).status == 429)
    #expect(answer(caller, ["Authorization": "Bearer alice-key"], body: body).status == 200)
    time.pass(60)
    #expect(answer(caller, body: body).status == 200)
  }
}
