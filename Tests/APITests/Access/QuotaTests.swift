import HTTP
import Support
import Testing

@testable import API

/// Characters that a key can have translated.
struct QuotaTests {
  private let folder: TemporaryFolder
  private let time = StillTime()

  init() throws { folder = try TemporaryFolder() }

  private func caller(_ keys: String, _ service: StandInService = StandInService()) throws -> Caller {
    let store = try folder.keys(keys)
    return Caller(
      slot: ServiceSlot(service), access: AccessControl(keys: store, time: time.source),
      ledger: RequestLedger(time: time.source))
  }

  private func ask(_ caller: Caller, _ path: String, _ body: String, key: String = "alices-key") -> HTTPResponse {
    var request = caller.request(path, body)
    request.headers["Authorization"] = "DeepL-Auth-Key \(key)"
    return caller.call(request).response
  }

  private func translate(_ caller: Caller, characters: Int) -> HTTPResponse {
    let text = String(repeating: "é", count: characters)
    return ask(caller, "/v2/translate", #"{"text":["\#(text)"],"source_lang":"EN","target_lang":"FR"}"#)
  }

  @Test func charactersOfADayAreLimited() throws {
    let caller = try caller("alice:alices-key - 10")
    #expect(translate(caller, characters: 6).status == 200)
    let refused = translate(caller, characters: 5)
    #expect(refused.status == 456)
    #expect(refused.text == #"{"message":"Quota exceeded: 10 characters per day","detail":"quota"}"#)
    #expect(ask(caller, "/v2/usage", "").text == #"{"character_count":6,"character_limit":10}"#)
    #expect(translate(caller, characters: 4).status == 200)
    #expect(translate(caller, characters: 1).status == 456)
    // The clock starts at a quarter past eight.
    time.pass(16 * 3600)
    #expect(ask(caller, "/v2/usage", "").text == #"{"character_count":0,"character_limit":10}"#)
    #expect(translate(caller, characters: 10).status == 200)
  }

  @Test func charactersOfAMonthAreLimited() throws {
    let caller = try caller("alice:alices-key 100 10 15")
    #expect(translate(caller, characters: 10).status == 200)
    // The usage is that of the limit that leaves fewer.
    #expect(ask(caller, "/v2/usage", "").text == #"{"character_count":10,"character_limit":10}"#)
    time.pass(24 * 3600)
    #expect(translate(caller, characters: 6).text.contains("15 characters per month"))
    #expect(translate(caller, characters: 5).status == 200)
    #expect(ask(caller, "/v2/usage", "").text == #"{"character_count":15,"character_limit":15}"#)
    // It is the 22nd of November.
    time.pass(9 * 24 * 3600)
    #expect(ask(caller, "/v2/usage", "").text == #"{"character_count":0,"character_limit":10}"#)
    #expect(translate(caller, characters: 10).status == 200)
  }

  @Test func otherKeysHaveTheirOwn() throws {
    let caller = try caller("alice:alices-key - 5\nbob:bobs-key-1")
    #expect(translate(caller, characters: 6).status == 456)
    let body = #"{"text":["longer than five"],"source_lang":"EN","target_lang":"FR"}"#
    #expect(ask(caller, "/v2/translate", body, key: "bobs-key-1").status == 200)
  }

  @Test(arguments: [
    ("/translate", #"{"q":"abcdef","source":"en","target":"fr"}"#, 403),
    ("/translate", #"{"text":"abcdef","source_lang":"en","target_lang":"fr"}"#, 456),
    ("/imme", #"{"text_list":["abc","def"],"source_lang":"en","target_lang":"fr"}"#, 403),
    ("/language/translate/v2", #"{"q":["abcdef"],"source":"en","target":"fr"}"#, 403),
    ("/v2/translate", #"{"text":["abcdef"],"source_lang":"EN","target_lang":"FR"}"#, 456),
  ])
  func everyWireTellsIt(_ path: String, _ body: String, _ status: Int) throws {
    let caller = try caller("alice:alices-key - 5")
    let refused = ask(caller, path, body)
    #expect(refused.status == status)
    #expect(refused.text.contains("Quota exceeded: 5 characters per day"))
  }

  @Test func requestsSideBySideCannotExceedItTogether() throws {
    let service = StandInService(answers: false)
    let caller = try caller("alice:alices-key - 10", service)
    var exchanges: [RecordedExchange] = []
    for _ in 0..<3 {
      var request = caller.request("/translate", #"{"q":"abcde","source":"en","target":"fr"}"#)
      request.headers["Authorization"] = "Bearer alices-key"
      exchanges.append(caller.call(request))
    }
    #expect(exchanges.map(\.count) == [0, 0, 1])
    #expect(exchanges[2].response.status == 403)
    service.answerAll()
    #expect(exchanges[0].response.status == 200)
    #expect(translate(caller, characters: 1).status == 456)
  }

  @Test func failedRequestsCostNothing() throws {
    let caller = try caller("alice:alices-key - 10", StandInService(failure: .queueFull(retryAfterSeconds: 1)))
    for _ in 0..<3 { #expect(translate(caller, characters: 6).status == 503) }
    #expect(ask(caller, "/v2/usage", "").text == #"{"character_count":0,"character_limit":10}"#)
  }
}
