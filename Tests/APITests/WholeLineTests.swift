import API
import Foundation
import Support
import Testing
import Translation

/// The whole line on a real, tiny checkpoint: a request's bytes in, and out what `transformers` makes of the text.
struct WholeLineTests {
  struct Answer: Decodable { var translatedText: [String] }
  struct Attention: Decodable {
    struct Kind: Decodable {
      var shape: [Int]
      var weights: [[[[Float]]]]
    }
    var sourceTokens: [String]
    var targetTokens: [String]
    var attention: [String: Kind]
  }

  static func caller(_ fixture: MarianFixture) throws -> Caller {
    let service = try TranslationService(
      configuration: ServiceConfiguration(
        modelDirectories: [fixture.directory], workers: 2, beam: nil, checksOutput: false))
    service.warmUp()
    let slot = ServiceSlot()
    slot.install(service)
    return Caller(slot: slot)
  }

  static func body(_ texts: [String], beam: Int) throws -> String {
    let fields: [String: Any] = ["q": texts, "source": "en", "target": "fr", "beam": beam]
    return String(decoding: try JSONSerialization.data(withJSONObject: fields), as: UTF8.self)
  }

  @Test(arguments: [1, 4])
  func textsOfOneRequest(beam: Int) throws {
    let fixture = try MarianFixture("marian-base")
    let texts = try #require(fixture.expected.texts)
    let caller = try Self.caller(fixture)
    let response = try caller.start("/translate", Self.body(texts.source, beam: beam)).awaitResponse()
    #expect(response.status == 200)
    let answer = try JSONDecoder().decode(Answer.self, from: Data(response.body))
    #expect(answer.translatedText == (beam == 1 ? texts.greedy : texts.beam))
  }

  @Test func textsOfManyRequestsAtOnce() throws {
    let fixture = try MarianFixture("marian-base")
    let texts = try #require(fixture.expected.texts)
    let caller = try Self.caller(fixture)
    let bodies = try texts.source.map { try Self.body([$0], beam: 1) }
    let exchanges = (0..<60).map { caller.start("/translate", bodies[$0 % bodies.count]) }
    for (index, exchange) in exchanges.enumerated() {
      let answer = try JSONDecoder().decode(Answer.self, from: Data(exchange.awaitResponse().body))
      #expect(answer.translatedText == [texts.greedy[index % bodies.count]])
    }
  }

  @Test func attentionOfTheAnswer() throws {
    let fixture = try MarianFixture("marian-base")
    let fields = #""q":"The woman reads.","translation":"La femme lit.","source":"en","target":"fr""#
    let caller = try Self.caller(fixture)
    let response = caller.start("/attention", "{\(fields),\"kind\":\"cross,encoder,decoder\"}").awaitResponse()
    #expect(response.status == 200)
    let answer = try JSONDecoder().decode(Attention.self, from: Data(response.body))
    let (s, t) = (answer.sourceTokens.count, answer.targetTokens.count)
    #expect(answer.attention["cross"]?.shape == [2, 4, t, s])
    #expect(answer.attention["encoder"]?.shape == [2, 4, s, s])
    #expect(answer.attention["decoder"]?.shape == [2, 4, t, t])
    for kind in answer.attention.values {
      for row in kind.weights.joined().joined() { #expect(abs(row.reduce(0, +) - 1) < 1e-4) }
    }
  }
}
