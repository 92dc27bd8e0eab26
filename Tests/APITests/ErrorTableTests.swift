import API
import Foundation
import HTTP
import JSON
import Support
import Testing
import Translation

/// Every line of the table in the contract.
struct ErrorTableTests {
  private static let body = #"{"q":"a","source":"en","target":"fr"}"#

  @Test(
    arguments: [
      (TranslationError.invalid(field: "beam", message: "too wide"), 400, "Invalid request: beam: too wide"),
      (
        .pairNotServed(source: "en", target: "xx", served: ServedPairs([LanguagePair(source: "en", target: "fr")])),
        400,
        "xx is not supported; served: en to fr"
      ),
      (
        .pairNotServed(source: "fr", target: "en", served: ServedPairs([LanguagePair(source: "en", target: "fr")])),
        400,
        "English (en) is not available as a target language from French (fr); served: en to fr"
      ),
      (
        .pairNotServed(source: "auto", target: "xx", served: ServedPairs([LanguagePair(source: "en", target: "fr")])),
        400,
        "xx is not supported; served: en to fr"
      ),
      (
        .languageNotServed("de", target: "fr", served: ServedPairs([LanguagePair(source: "en", target: "fr")])), 400,
        "the text seems to be German (de), which is not translated into French (fr); served: en to fr"
      ),
      (
        .languageNotServed(nil, target: "fr", served: ServedPairs([LanguagePair(source: "en", target: "fr")])), 400,
        "the language of the text was not recognised; served: en to fr"
      ),
      (.unknownModel("big", served: ["en-fr"]), 400, "model big is not served; served: en-fr"),
      (.textTooLong(found: 9, limit: 5), 413, "Invalid request: request (9) exceeds text limit (5)"),
      (
        .noAttention(architecture: "recurrent", kind: "encoder"), 422,
        "the architecture recurrent has no encoder attention"
      ),
      (
        .noDirectModel(source: "fr", target: "de", pivot: "en"), 422,
        "fr to de is translated through en and has no model of its own; ask for fr to en or en to de"
      ),
      (.modelUnavailable("no weights"), 503, "no weights"),
      (
        .modelsTooLarge(["en-fr", "fr-de"], found: 30, limit: 20), 507,
        "model en-fr and fr-de: found 30 bytes, expected at most 20, the server's limit of all loaded models"
      ),
      (.cancelled, 503, "the request was cancelled"),
      (.deadlinePassed, 504, "the deadline passed before the answer was ready"),
      (.failed("out of memory"), 500, "out of memory"),
    ] as [(TranslationError, Int, String)])
  func serviceErrors(_ error: TranslationError, _ status: Int, _ message: String) throws {
    #expect("\(error)" == message)
    let caller = Caller(StandInService(failure: error))
    for response in [
      caller.post("/translate", Self.body), try caller.get("/attention?q=a&source=en&target=fr"),
    ] {
      #expect(response.status == status)
      #expect(response.error == message)
      #expect(response.headers["Access-Control-Allow-Origin"] == "*")
    }
  }

  @Test func overload() {
    let full = Caller(StandInService(failure: .queueFull(retryAfterSeconds: 3))).post("/translate", Self.body)
    #expect(full.status == 503)
    #expect(full.headers["Retry-After"] == "3")
    let busy = Caller(StandInService(failure: .tooBusy(retryAfterSeconds: 12))).post("/translate", Self.body)
    #expect(busy.status == 503)
    #expect(busy.headers["Retry-After"] == "12")
    let draining = Caller(StandInService(failure: .draining)).post("/translate", Self.body)
    #expect(draining.status == 503)
    #expect(draining.headers["Retry-After"] == "1")
  }

  @Test func pathsAndMethods() throws {
    #expect(try Caller().get("/nothing").status == 404)
    let wrong = try Caller().get("/translate_file")
    #expect(wrong.status == 405)
    #expect(wrong.headers["Allow"] == "OPTIONS, POST")
    #expect(wrong.error?.isEmpty == false)
  }

  @Test func answerThatIsTooLargeIsRefused() throws {
    let caller = Caller(StandInService(failure: .attentionTooLarge(found: 9, limit: 5)))
    let response = try caller.get("/attention?q=a&source=en&target=fr")
    #expect(response.status == 413)
    #expect(response.error?.hasPrefix("the answer would hold 9 attention weights, over the limit of 5;") == true)
  }

  @Test(
    arguments: [
      ("/translate", "source=LONG&target=fr&q=a"), ("/translate", "source=en&target=LONG&q=a"),
      ("/translate", "source=en&target=fr&q=a&model=LONG"), ("/translate", "source=en&target=fr&q=a&format=LONG"),
      ("/translate", "source=en&target=fr&q=a&beam=LONG"), ("/translate", "source=en&target=fr&q=a&explain=LONG"),
      ("/translate", "source=en&target=fr&q=a&alternatives=LONG"),
      ("/attention", "source=en&target=fr&q=a&kind=LONG"),
      ("/attention", "source=en&target=fr&q=a&layers=LONG"),
      ("/attention", "source=en&target=fr&q=a&format=LONG"),
      ("/v2/translate", "text=a&target_lang=fr&formality=LONG"),
      ("/v2/translate", "text=a&target_lang=fr&model_type=LONG"),
      ("/v2/translate", "text=a&target_lang=fr&tag_handling=LONG"),
      ("/v2/translate", "text=a&target_lang=fr&split_sentences=LONG"),
      ("/v2/translate", "text=a&target_lang=fr&show_billed_characters=LONG"), ("/LONG", ""),
    ])
  func longValuesAreNotQuotedWhole(_ path: String, _ form: String) throws {
    let long = String(repeating: "x", count: 100_000)
    let (path, form) = (
      path.replacingOccurrences(of: "LONG", with: long), form.replacingOccurrences(of: "LONG", with: long)
    )
    let fixture = try MarianFixture("marian-base")
    let service = try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [fixture.directory], workers: 1))
    let caller = Caller(slot: ServiceSlot(service))
    let request = HTTPRequest(
      method: "POST", path: path, query: [], headers: ["Content-Type": "application/x-www-form-urlencoded"],
      body: Array(form.utf8))
    let response = caller.call(request).awaitResponse()
    #expect((400...404).contains(response.status))
    #expect(response.text.contains("xxx") && response.body.count < 400)
    let header = Caller().post("/translate", "{}", type: long)
    #expect(header.status == 415 && header.body.count < 400)
  }

  @Test func jsonSentAsAFormIsExplained() {
    let response = Caller().post("/translate", Self.body, type: "application/x-www-form-urlencoded")
    #expect(response.status == 400)
    #expect(response.error?.contains("Content-Type: application/json") == true)
  }

  @Test func mediaTypes() {
    for type in ["text/html", "application/json; charset=latin1", "text/plain; charset=latin1", "nonsense"] {
      let response = Caller().post("/translate", Self.body, type: type)
      #expect(response.status == 415)
      #expect(response.error?.contains(type) == true)
    }
    for type in ["application/json; charset=UTF-8", "", "text/plain", "text/plain;charset=UTF-8"] {
      #expect(Caller().post("/translate", " \n" + Self.body, type: type).status == 200)
    }
    // Plain text that is no JSON has no fields.
    for body in ["q=a&source=en&target=fr", "A dog.", "  "] {
      #expect(Caller().post("/translate", body, type: "text/plain").status == 415)
    }
  }

  @Test func refusalsOfTheConnectionAreAnswered() {
    let response = Caller().api.refusalBody(RefusedRequest(RequestError(413, "body too large")))
    #expect(response.status == 413)
    #expect(response.text == #"{"error":"body too large"}"#)
    #expect(response.headers["Retry-After"] == nil)
    let full = Caller().api.refusalBody(RefusedRequest(RequestError(503, "too many connections")))
    #expect(full.headers["Retry-After"] == "1")
  }

  @Test func refusedRequestKeepsItsName() {
    let error = RequestError(413, "body too large")
    let named = Caller().api.refusalBody(RefusedRequest(error, method: "POST", headers: ["x-request-id": "mine"]))
    #expect(named.headers["X-Request-Id"] == "mine")
    let unusable = Caller().api.refusalBody(RefusedRequest(error, headers: ["X-Request-Id": "a b"]))
    #expect(unusable.headers["X-Request-Id"]?.isEmpty == false && unusable.headers["X-Request-Id"] != "a b")
  }

  @Test(arguments: ["/translate", "/v2/translate", "/attention"]) func nothingIsDoneForAClientThatHasLeft(
    _ path: String
  ) {
    let service = StandInService()
    let exchange = RecordedExchange()
    exchange.disconnect()
    let caller = Caller(service)
    caller.api.match(caller.request(path, Self.body)).action(caller.request(path, Self.body), exchange)
    #expect(service.translations.isEmpty && service.attentions.isEmpty)
    #expect(exchange.count == 0)
  }

  @Test func preflight() throws {
    let response = try Caller().get("/translate", method: "OPTIONS")
    #expect(response.status == 204)
    #expect(response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST")
    #expect(response.headers["Access-Control-Allow-Headers"]?.contains("Content-Type") == true)
  }
}

extension HTTPResponse {
  /// The `error` member, where that is all the body holds.
  var error: String? {
    let limits = JSONLimits(depth: 2, values: 4, repeatedNames: .refused)
    guard case .object(let members)? = try? body.withUnsafeBytes({ try JSONValue($0, within: limits) }),
      members.count == 1,
      case .string(let message)? = members["error"]
    else { return nil }
    return message
  }
}
