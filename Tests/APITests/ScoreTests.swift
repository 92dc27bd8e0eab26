import HTTP
import Testing
import Translation

struct ScoreTests {
  @Test func oneTranslation() {
    let service = StandInService()
    let response = Caller(service).post(
      "/score", #"{"q":"a b","translation":"c","source":"EN","target":"Fr","model":"en-fr"}"#)
    #expect(response.status == 200)
    #expect(
      response.text
        == #"{"scores":{"logProb":-0.75,"perToken":-0.375,"coverage":0.75,"sourceTokens":["a b","</s>"],"#
        + #""targetTokens":["c","</s>"],"logProbs":[-0.5,-0.25]}}"#)
    #expect(service.scores.map(\.pairs) == [[ScoredPair(text: "a b", translation: "c")]])
    #expect(service.scores.map(\.source) == ["en"])
    #expect(service.scores.map(\.target) == ["fr"])
    #expect(service.scores.map(\.model) == ["en-fr"])
  }

  @Test func severalTranslations() {
    let response = Caller().post(
      "/score", #"{"q":["a","b"],"translation":["c","d"],"source":"en","target":"fr"}"#)
    #expect(response.text.hasPrefix(#"{"scores":[{"logProb":"#))
    #expect(response.text.contains(#""coverage":null,"sourceTokens":["b","</s>"]"#))
  }

  @Test(arguments: [
    (#""q":"a""#, "missing translation"), (#""translation":"a""#, "missing q"),
    (#""q":["a","b"],"translation":["c"]"#, "expected one for each text of q (2), found 1"),
    (#""q":["a"],"translation":"c""#, "expected one for each text of q (1), found 1"),
    (#""q":[],"translation":[]"#, "missing q"),
  ])
  func unevenFieldsAreRefused(_ fields: String, _ message: String) {
    let response = Caller().post("/score", #"{\#(fields),"source":"en","target":"fr"}"#)
    #expect(response.status == 400)
    #expect(response.error?.contains(message) == true)
  }

  @Test func languageIsNotDetected() {
    let response = Caller().post("/score", #"{"q":"a","translation":"b","source":"auto","target":"fr"}"#)
    #expect(response.status == 400)
  }

  @Test func failureOfTheServiceIsAnswered() {
    let response = Caller(StandInService(failure: .queueFull(retryAfterSeconds: 3))).post(
      "/score", #"{"q":"a","translation":"b","source":"en","target":"fr"}"#)
    #expect(response.status == 503)
    #expect(response.headers["Retry-After"] == "3")
  }
}
