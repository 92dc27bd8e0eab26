import HTTP
import Testing

struct GoogleTranslateTests {
  private let service = StandInService()

  /// Google's own client for Python: an array, the target, and the key in the query.
  @Test func textsOfTheClient() {
    var request = Caller(service).request(
      "/language/translate/v2", #"{"target":"fr","q":["a river","two"],"model":"nmt","cid":""}"#)
    request.query = [("prettyPrint", "false"), ("key", "any")]
    #expect(
      Caller(service).call(request).response.text
        == #"{"data":{"translations":[{"translatedText":"A RIVER","detectedSourceLanguage":"en"},"#
        + #"{"translatedText":"TWO","detectedSourceLanguage":"en"}]}}"#)
    #expect(service.translations.map(\.format) == [.html])
  }

  /// A script asks with a query of plain text.
  @Test func textOfAQuery() throws {
    let answer = try Caller(service).get("/language/translate/v2?q=a+river&source=en&target=fr&format=text&key=any")
    #expect(answer.text == #"{"data":{"translations":[{"translatedText":"A RIVER"}]}}"#)
    #expect(service.translations.map(\.format) == [.text])
  }

  @Test func languagesAndDetection() throws {
    #expect(
      try Caller(service).get("/language/translate/v2/languages?target=en").text
        == #"{"data":{"languages":[{"language":"en","name":"English"},{"language":"fr","name":"French"}]}}"#)
    #expect(
      try Caller(service).get("/language/translate/v2/languages").text
        == #"{"data":{"languages":[{"language":"en"},{"language":"fr"}]}}"#)
    let found = Caller(service).post(
      "/language/translate/v2/detect", #"{"q":["Der Hund läuft durch den tiefen Schnee.","..."]}"#)
    #expect(found.text.hasPrefix(#"{"data":{"detections":[[{"language":"de","confidence":"#))
    #expect(found.text.hasSuffix(#"[{"language":"und","confidence":0.0,"isReliable":false}]]}}"#))
  }

  /// An editor's extension reads nested arrays.
  @Test func arraysOfThePage() throws {
    let answer = try Caller(service).get("/translate_a/single?client=gtx&sl=auto&tl=fr&dt=t&q=a+river")
    #expect(answer.text.hasPrefix(#"[[["A RIVER","a river",null,null,1]],null,"en",null,null,null,0.875,[],[["en"]"#))
    #expect(answer.text.hasSuffix("]]"))
    #expect(service.translations.map(\.source) == [nil])
  }

  /// kiss-translator asks for an object.
  @Test func objectOfThePage() throws {
    let answer = try Caller(service).get("/translate_a/single?client=gtx&dt=t&dj=1&ie=UTF-8&sl=en&tl=fr&q=a+river")
    #expect(
      answer.text == #"{"sentences":[{"trans":"A RIVER","orig":"a river","backend":1}],"src":"en","confidence":1.0}"#)
  }

  @Test func errorsHaveTheirShape() throws {
    let refused = Caller(service).post("/language/translate/v2", #"{"q":["a"]}"#)
    #expect(refused.status == 400)
    #expect(
      refused.text
        == #"{"error":{"code":400,"message":"Invalid request: missing target parameter","errors":[{"message":"#
        + #""Invalid request: missing target parameter","domain":"global","reason":"invalid"}],"#
        + #""status":"INVALID_ARGUMENT"}}"#)
    #expect(try Caller(service).get("/language/translate/v2/nothing").text.hasPrefix(#"{"error":{"code":404,"#))
    let full = Caller(StandInService(failure: .queueFull(retryAfterSeconds: 3)))
      .post("/language/translate/v2", #"{"q":"a","target":"fr"}"#)
    #expect(full.status == 503)
    #expect(full.text.hasSuffix(#""reason":"backendError"}],"status":"UNAVAILABLE"}}"#))
  }
}
