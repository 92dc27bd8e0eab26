import API
import HTTP
import Testing

struct CrossOriginTests {
  private func answer(
    _ method: String, _ path: String, from origin: String?, allowing texts: [String]
  ) -> HTTPResponse {
    let origins = texts.compactMap { AllowedOrigin($0) }
    #expect(origins.count == texts.count)
    let api = TranslationAPI(slot: ServiceSlot(StandInService()), crossOrigin: CrossOrigin(origins))
    var request = HTTPRequest(method: method, path: path, query: [], headers: [:], body: [])
    request.headers["Origin"] = origin
    let exchange = RecordedExchange()
    api.match(request).action(request, exchange)
    return exchange.response
  }

  @Test(arguments: [[], ["*"], ["https://a.example", "*"]])
  func anyPageCanReadByDefault(texts: [String]) {
    for origin in [nil, "https://b.example", "null"] {
      let response = answer("GET", "/health", from: origin, allowing: texts)
      #expect(response.headers["Access-Control-Allow-Origin"] == "*")
      #expect(response.headers["Vary"] == nil)
    }
  }

  @Test func onlyNamedPagesCanRead() {
    let texts = ["https://a.example", "HTTP://Localhost:8080"]
    for origin in ["https://a.example", "http://localhost:8080"] {
      let response = answer("GET", "/health", from: origin, allowing: texts)
      #expect(response.headers["Access-Control-Allow-Origin"] == origin)
      #expect(response.headers["Access-Control-Expose-Headers"]?.contains("Retry-After") == true)
      #expect(response.headers["Vary"] == "Origin")
    }
    for origin in [
      nil, "https://b.example", "http://a.example", "https://a.example:444", "https://a.example.b", "null",
    ] {
      for path in ["/health", "/nothing"] {
        let response = answer("GET", path, from: origin, allowing: texts)
        #expect(response.headers["Access-Control-Allow-Origin"] == nil)
        #expect(response.headers["Vary"] == "Origin")
      }
    }
  }

  @Test func preflight() {
    let open = answer("OPTIONS", "/translate", from: "https://a.example", allowing: ["https://a.example"])
    #expect(open.status == 204)
    #expect(open.headers["Access-Control-Allow-Origin"] == "https://a.example")
    #expect(open.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST")
    #expect(open.headers["Access-Control-Max-Age"] == "86400")
    #expect(open.headers["Vary"] == "Origin")

    let shut = answer("OPTIONS", "/translate", from: "https://b.example", allowing: ["https://a.example"])
    #expect(shut.status == 204)
    #expect(shut.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
    #expect(shut.headers.fields.allSatisfy { !$0.name.hasPrefix("Access-Control") })
    #expect(shut.headers["Vary"] == "Origin")
  }

  /// Pages can read refusals of the connection if their origin could be read.
  @Test func refusalsOfTheConnectionAreAnswered() {
    let named = CrossOrigin([AllowedOrigin("https://a.example")].compactMap { $0 })
    for (crossOrigin, origin, expected) in [
      (CrossOrigin(), nil, "*"), (named, nil, nil), (named, "https://a.example", "https://a.example"),
      (named, "https://b.example", nil),
    ] as [(CrossOrigin, String?, String?)] {
      let headers: HTTPHeaders = origin.map { ["Origin": $0] } ?? [:]
      let response = TranslationAPI(slot: ServiceSlot(nil), crossOrigin: crossOrigin).refusalBody(
        RefusedRequest(RequestError(413, "x"), headers: headers))
      #expect(response.headers["Access-Control-Allow-Origin"] == expected)
    }
  }

  @Test func originsAreNormalized() {
    #expect(AllowedOrigin("https://A.example:443")?.text == "https://a.example")
    #expect(AllowedOrigin("http://a.example:80")?.text == "http://a.example")
    #expect(AllowedOrigin("http://a.example:443")?.text == "http://a.example:443")
    #expect(AllowedOrigin("http://[::1]:8080")?.text == "http://[::1]:8080")
    #expect(AllowedOrigin("chrome-extension://abc")?.text == "chrome-extension://abc")
    for text in [
      "", "null", "a.example", "https://", "https:///", "https://a.example/", "https://u@a.example", "://a",
      "ht tp://a",
      "https://a b", "https://a:b", "https://a:", "**", "https://*.example",
    ] {
      #expect(AllowedOrigin(text) == nil, "\(text)")
    }
  }
}
