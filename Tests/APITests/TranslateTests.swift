import API
import HTTP
import Testing
import Translation

struct TranslateTests {
  @Test func oneText() {
    let response = Caller().post("/translate", #"{"q":"hello","source":"EN","target":"Fr"}"#)
    #expect(response.status == 200)
    #expect(response.headers["Content-Type"] == "application/json")
    #expect(response.text == #"{"translatedText":"HELLO"}"#)
  }

  @Test func severalTextsWithAlternatives() {
    let service = StandInService()
    let body = #"{"q":["a","b"],"source":"en","target":"fr","alternatives":2,"beam":4,"model":"en-fr","format":null}"#
    let response = Caller(service).post("/translate", body)
    #expect(response.text == #"{"translatedText":["A","B"],"alternatives":[["a!"],["b!"]]}"#)
    #expect(service.translations.map(\.texts) == [["a", "b"]])
    #expect(service.translations.map(\.beam) == [4])
    #expect(service.translations.map(\.alternatives) == [2])
    #expect(service.translations.map(\.model) == ["en-fr"])
    #expect(service.translations.map(\.source) == ["en"])
  }

  @Test func oneTextWithAlternatives() {
    let body = #"{"q":"a","source":"en","target":"fr","alternatives":1}"#
    #expect(Caller().post("/translate", body).text == #"{"translatedText":"A","alternatives":["a!"]}"#)
  }

  @Test func textsWithTags() {
    let service = StandInService()
    let body = #"{"q":"<b>a</b>","source":"en","target":"fr","format":"html"}"#
    #expect(Caller(service).post("/translate", body).status == 200)
    _ = Caller(service).post("/translate", #"{"q":"a","source":"en","target":"fr","format":"text"}"#)
    #expect(service.translations.map(\.format) == [.html, .text])
  }

  /// LibreTranslate reads all of these as numbers.
  @Test(arguments: [(#""2""#, 2), (#"" 2 ""#, 2), ("-1", 0), ("0", 0), ("null", 0)])
  func alternativesAreReadAsByLibreTranslate(_ written: String, _ count: Int) {
    let service = StandInService()
    _ = Caller(service).post("/translate", #"{"q":"a","source":"en","target":"fr","alternatives":\#(written)}"#)
    #expect(service.translations.map(\.alternatives) == [count])
  }

  @Test func numberOfTextsIsLimitedByTheOperator() {
    let caller = Caller(settings: ServerSettings(batchLimit: 2))
    #expect(caller.post("/translate", #"{"q":["a","b"],"source":"en","target":"fr"}"#).status == 200)
    let refused = caller.post("/translate", #"{"q":["a","b","c"],"source":"en","target":"fr"}"#)
    #expect(refused.status == 400)
    #expect(refused.error?.hasPrefix("Invalid request: request (3) exceeds text limit (2)") == true)
  }

  @Test func numberOfTextsIsLimitedByDefault() {
    let caller = Caller()
    func status(_ count: Int) -> Int {
      let texts = [String](repeating: #""a""#, count: count).joined(separator: ",")
      return caller.post("/translate", #"{"q":[\#(texts)],"source":"en","target":"fr"}"#).status
    }
    #expect(status(10_000) == 200)
    #expect(status(10_001) == 400)
  }

  @Test func allExplanationsAreWritten() {
    let body = #"{"q":"é","source":"en","target":"fr","explain":["scores","alignment","timings","tokens"]}"#
    let expected =
      #"{"translatedText":"É","details":[{"sentences":[{"source":"é","target":"É","stopReason":"eos","#
      + #""truncated":false,"repetition":false,"sourceTokens":["é","</s>"],"targetTokens":["É","</s>"],"score":-0.75,"#
      + #""logProbs":[-0.5,-0.25],"alignment":[[0,2,0,3]]}],"#
      + #""timings":{"queueMs":1.0,"encodeMs":2.5,"decodeMs":3.0,"batchSize":4}}]}"#
    #expect(Caller().post("/translate", body).text == expected)
    let all = #"{"q":"é","source":"en","target":"fr","explain":["all"]}"#
    #expect(Caller().post("/translate", all).text == expected)
  }

  @Test func alternativesHaveScores() {
    let body = #"{"q":"é","source":"en","target":"fr","alternatives":1,"explain":["scores"]}"#
    let text = Caller().post("/translate", body).text
    #expect(text.contains(#""alternatives":["é!"],"details":[{"alternativeScores":[-1.5],"sentences":["#))
  }

  @Test func detailsNameThePivot() {
    let body = #"{"q":"a","source":"en","target":"fr","explain":["timings"]}"#
    let response = Caller(StandInService(pivot: "es")).post("/translate", body)
    #expect(response.text.contains(#""details":[{"pivot":"es","sentences":["#))
    #expect(response.text.contains(#""pivotText":"esa"}"#))
    let scored = body.replacing("timings", with: "scores")
    #expect(
      Caller(StandInService(pivot: "es")).post("/translate", scored).text.contains(
        #""pivotText":"esa","pivotScore":-0.25,"score":-0.75,"#))
    #expect(!Caller().post("/translate", body).text.contains("pivot"))
  }

  @Test func forms() {
    let urlEncoded = Caller().post(
      "/translate", "q=hello+there%21&source=en&target=fr&alternatives=1", type: "application/x-www-form-urlencoded")
    #expect(urlEncoded.text == #"{"translatedText":"HELLO THERE!","alternatives":["hello there!!"]}"#)
    let parts = [("q", "hello"), ("source", "en"), ("target", "fr")].map { name, value in
      "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    let multipart = Caller().post(
      "/translate", parts.joined() + "--x--\r\n", type: "multipart/form-data; boundary=x")
    #expect(multipart.text == #"{"translatedText":"HELLO"}"#)
  }

  @Test func emptyFieldsOfAFormCountAsAbsent() {
    let service = StandInService()
    let response = Caller(service).post(
      "/translate", "q=a&source=en&target=fr&model=&beam=&alternatives=&explain=&format=",
      type: "application/x-www-form-urlencoded")
    #expect(response.status == 200)
    #expect(service.translations.map(\.model) == [nil])
    let missing = Caller().post("/translate", "q=&source=en&target=fr", type: "application/x-www-form-urlencoded")
    #expect(missing.status == 400)
  }

  @Test func bodyTakesPrecedenceOverTheQuery() {
    let request = HTTPRequest(
      method: "POST", path: "/translate", query: [("source", "xx"), ("target", "fr"), ("beam", "2")], headers: [:],
      body: Array(#"{"q":"a","source":"en"}"#.utf8))
    let service = StandInService()
    #expect(Caller(service).call(request).response.status == 200)
    #expect(service.translations.map(\.source) == ["en"])
    #expect(service.translations.map(\.beam) == [2])
  }

  @Test func clientThatLeavesCancelsItsWork() {
    let service = StandInService(answers: false)
    let body = Array(#"{"q":"a","source":"en","target":"fr"}"#.utf8)
    let exchange = Caller(service).call(
      HTTPRequest(method: "POST", path: "/translate", query: [], headers: [:], body: body))
    #expect(service.cancellations == 0)
    exchange.disconnect()
    #expect(service.cancellations == 1)
    #expect(exchange.count == 0)
  }

  @Test(arguments: [
    ("", "Invalid request: missing q parameter"),
    ("{}", "Invalid request: missing q parameter"),
    (#"{"q":"","source":"en","target":"fr"}"#, "Invalid request: missing q parameter"),
    (#"{"q":[],"source":"en","target":"fr"}"#, "Invalid request: missing q parameter"),
    (#"{"q":null,"source":"en","target":"fr"}"#, "Invalid request: missing q parameter"),
    (#"{"q":"a","target":"fr"}"#, "Invalid request: missing source parameter"),
    (#"{"q":"a","source":"en"}"#, "Invalid request: missing target parameter"),
    (#"{"q":7,"source":"en","target":"fr"}"#, "q: expected a string or an array of strings, found a number"),
    (#"{"q":{"a":1},"source":"en","target":"fr"}"#, "q: expected a string or an array of strings, found an object"),
    (#"{"q":["a",7],"source":"en","target":"fr"}"#, "q[1]: expected a string, found a number"),
    (#"{"q":"a","source":["en"],"target":"fr"}"#, "source: expected a string, found an array"),
    (#"{"q":"a","source":"en","target":true}"#, "target: expected a string, found a boolean"),
    (
      #"{"q":"a","source":"en","target":"fr","format":"md"}"#, "md format is not supported; supported: text, html"
    ),
    (#"{"q":"a","source":"en","target":"fr","beam":1.5}"#, "beam: expected a whole number from 1 to 16, found 1.5"),
    (#"{"q":"a","source":"en","target":"fr","beam":1e99}"#, "beam: expected a whole number from 1 to 16, found 1e+99"),
    (#"{"q":"a","source":"en","target":"fr","beam":17}"#, "beam: expected a whole number from 1 to 16, found 17"),
    (
      #"{"q":"a","source":"en","target":"fr","beam":"4"}"#, "beam: expected a whole number from 1 to 16, found a string"
    ),
    (
      #"{"q":"a","source":"en","target":"fr","alternatives":16}"#,
      "Invalid request: alternatives parameter must be <= 15, found 16"
    ),
    (
      #"{"q":"a","source":"en","target":"fr","alternatives":"x"}"#,
      #"Invalid request: alternatives parameter is not a number: found "x""#
    ),
    (
      #"{"q":"a","source":"en","target":"fr","explain":["every"]}"#,
      "explain: expected any of scores, alignment, timings, tokens, or all, found every"
    ),
    (#"{"q":"a","source":"en","target":"fr","explain":true}"#, "explain: expected an array, found a boolean"),
    ("[]", "Invalid JSON format: expected an object, found an array"),
    (
      #"{"q":"\ud800","source":"en"}"#,
      #"Invalid JSON format: expected both halves, found half a surrogate pair (byte 8)"#
    ),
    ("{", "Invalid JSON format: expected '\"', found the end (byte 1)"),
  ])
  func refusedFields(_ body: String, _ message: String) {
    let response = Caller().post("/translate", body)
    #expect(response.status == 400)
    #expect(response.error == message)
  }

  @Test func refusedForms() {
    let type = "application/x-www-form-urlencoded"
    #expect(Caller().post("/translate", "q=%ff&source=en&target=fr", type: type).status == 400)
    #expect(Caller().post("/translate", "q=a&source=en&target=fr&beam=x", type: type).status == 400)
    #expect(Caller().post("/translate", "q=a", type: "multipart/form-data").status == 400)
  }

  @Test(arguments: [(#","attributes":true"#, true), (#","attributes":false"#, false), ("", false)])
  func attributesAreTranslatedOnRequest(field: String, expected: Bool) {
    let service = StandInService()
    let body = #"{"q":"<img alt='a'>","source":"en","target":"fr","format":"html"\#(field)}"#
    #expect(Caller(service).post("/translate", body).status == 200)
    #expect(service.translations.map(\.translatesAttributes) == [expected])
  }

  @Test func attributesAreTrueOrFalse() {
    let body = #"{"q":"a","source":"en","target":"fr","attributes":"some"}"#
    #expect(Caller(StandInService()).post("/translate", body).status == 400)
  }
}
