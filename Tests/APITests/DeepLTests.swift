import API
import HTTP
import Support
import Testing
import Translation

struct DeepLTests {
  private static let body = #"{"text":["hello"],"source_lang":"EN","target_lang":"FR"}"#

  @Test func texts() {
    let service = StandInService()
    let body = #"{"text":["a b","é"],"source_lang":"EN","target_lang":"FR","show_billed_characters":true}"#
    let response = Caller(service).post("/v2/translate", body)
    #expect(response.status == 200)
    #expect(
      response.text == #"{"translations":[{"detected_source_language":"EN","text":"A B","billed_characters":3},"#
        + #"{"detected_source_language":"EN","text":"É","billed_characters":1}]}"#)
    #expect(service.translations.map(\.source) == ["en"])
    #expect(service.translations.map(\.target) == ["fr"])
  }

  @Test func formWithRepeatedTextsIsRead() {
    let form = "text=a&text=b&source_lang=en&target_lang=FR&split_sentences=0&preserve_formatting=1"
    let response = Caller().post("/v2/translate", form, type: "application/x-www-form-urlencoded")
    #expect(
      response.text == #"{"translations":[{"detected_source_language":"EN","text":"A"},"#
        + #"{"detected_source_language":"EN","text":"B"}]}"#)
  }

  @Test(arguments: [
    ("EN-US", "en"), ("EN-GB", "en"), ("PT-PT", "pt_br"), ("PT-BR", "pt_br"), ("ZH-HANS", "zh"), ("ZH", "zh"),
    ("ZH-HANT", "zh"), ("es-419", "es"),
  ])
  func targets(_ written: String, _ code: String) {
    let service = StandInService(
      pivoted: [("fr", "en"), ("fr", "pt_br"), ("fr", "zh"), ("fr", "es")].map(LanguagePair.init))
    let body = #"{"text":["a"],"source_lang":"FR","target_lang":"\#(written)"}"#
    #expect(Caller(service).post("/v2/translate", body).status == 200)
    #expect(service.translations.map(\.target) == [code])
  }

  @Test(arguments: [
    (#""split_sentences":"0""#, SentenceSplitting.none, nil), (#""split_sentences":0"#, .none, nil),
    (#""split_sentences":"1""#, .sentencesAndLines, nil), (#""split_sentences":"nonewlines""#, .sentences, nil),
    (#""model_type":"latency_optimized""#, .sentencesAndLines, 1),
    (#""model_type":"quality_optimized""#, .sentencesAndLines, 4),
    (#""formality":"prefer_more","glossary_id":"""#, .sentencesAndLines, nil),
    (#""tag_handling":"html""#, .sentences, nil), (#""tag_handling":"xml""#, .sentencesAndLines, nil),
    (#""tag_handling":"html","split_sentences":"1""#, .sentencesAndLines, nil),
    (#""preserve_formatting":true,"outline_detection":false,"context":"x""#, .sentencesAndLines, nil),
  ])
  func options(_ option: String, _ splitting: SentenceSplitting, _ beam: Int?) {
    let service = StandInService()
    let body = #"{"text":"a","source_lang":"EN","target_lang":"FR",\#(option)}"#
    #expect(Caller(service).post("/v2/translate", body).status == 200)
    #expect(service.translations.map(\.splitting) == [splitting])
    #expect(service.translations.map(\.beam) == [beam])
  }

  @Test func tags() {
    let service = StandInService()
    let rules =
      #""ignore_tags":["x","y"],"splitting_tags":"p, q","non_splitting_tags":["b"],"outline_detection":false"#
    for handling in [#""html""#, #""xml","# + rules, #""xml""#, "null"] {
      _ = Caller(service).post(
        "/v2/translate", #"{"text":"a","source_lang":"EN","target_lang":"FR","tag_handling":\#(handling)}"#)
    }
    let all = XMLRules(ignored: ["x", "y"], splitting: ["p", "q"], nonSplitting: ["b"], outlineDetection: false)
    #expect(service.translations.map(\.format) == [.html, .xml(all), .xml(XMLRules()), .text])
  }

  @Test func searchAskedForIsNamed() {
    let body = #"{"text":"a","source_lang":"EN","target_lang":"FR","model_type":"prefer_quality_optimized"}"#
    #expect(Caller().post("/v2/translate", body).text.contains(#""model_type_used":"quality_optimized""#))
  }

  @Test(arguments: [
    (#"{"source_lang":"EN","target_lang":"FR"}"#, "Invalid request: missing text parameter"),
    (#"{"text":[],"source_lang":"EN","target_lang":"FR"}"#, "Invalid request: missing text parameter"),
    (#"{"text":["a"],"source_lang":"EN"}"#, "Invalid request: missing target_lang parameter"),
    (#"{"text":[1],"source_lang":"EN","target_lang":"FR"}"#, "text[0]: expected a string, found a number"),
    (
      #"{"text":"a","source_lang":"EN","target_lang":"FR","formality":"less"}"#,
      "'formality' is not supported for given 'target_lang'; prefer_more and prefer_less are taken"
    ),
    (
      #"{"text":"a","target_lang":"FR","glossary_id":"x"}"#,
      "source_lang: found none, expected the source language of the glossary"
    ),
    (
      #"{"text":"a","source_lang":"EN","target_lang":"FR","tag_handling":"md"}"#,
      "tag_handling: expected xml or html, found md"
    ),
    (
      #"{"text":"a","source_lang":"EN","target_lang":"FR","split_sentences":"2"}"#,
      "split_sentences: expected 0, 1 or nonewlines, found 2"
    ),
    (
      #"{"text":"a","source_lang":"EN","target_lang":"FR","show_billed_characters":"yes"}"#,
      "show_billed_characters: expected true or false, found yes"
    ),
  ])
  func refusedFields(_ body: String, _ message: String) {
    let response = Caller().post("/v2/translate", body)
    #expect(response.status == 400)
    #expect(response.text == #"{"message":"\#(message)","detail":"malformed"}"#)
  }

  @Test func errorsHaveDeepLsShape() throws {
    let full = Caller(StandInService(failure: .queueFull(retryAfterSeconds: 3))).post("/v2/translate", Self.body)
    #expect(full.status == 503)
    #expect(full.headers["Retry-After"] == "3")
    #expect(full.text == #"{"message":"the queue is full","detail":"queue_full"}"#)
    #expect(try Caller().get("/v2/nothing").text.hasPrefix(#"{"message":"no such path"#))
    #expect(
      try Caller().get("/v3/languages", method: "PUT").text.hasPrefix(#"{"message":"/v3/languages does not know PUT"#))
    for path in ["/v2/glossaries/x", "/v2/glossaries/x/entries", "/v3/glossaries/x"] {
      let response = try Caller().get(path)
      #expect(response.status == 404)
      #expect(response.text == #"{"message":"no such glossary","detail":"not_found"}"#)
    }
    #expect(Caller().post("/v2/document", "").text.hasPrefix(#"{"message":"Invalid request: missing file"#))
  }

  @Test func languages() throws {
    let service = StandInService(pivoted: [("pt_br", "en"), ("fr", "zh_hant")].map(LanguagePair.init))
    let sources = try Caller(service).get("/v2/languages").text
    #expect(
      sources == #"[{"language":"EN","name":"English"},{"language":"FR","name":"French"},"#
        + #"{"language":"PT","name":"Portuguese"}]"#)
    let form = HTTPRequest(
      method: "GET", path: "/v2/languages", query: [], headers: ["Content-Type": "application/x-www-form-urlencoded"],
      body: Array("type=target".utf8))
    let targets = Caller(service).call(form).response.text
    for code in ["EN-GB", "EN-US", "FR", "ZH-HANT"] { #expect(targets.contains(#"{"language":"\#(code)","name":"#)) }
    #expect(targets.contains(#""supports_formality":false"#))
    #expect(try Caller(service).get("/v2/languages?type=target").text == targets)
    #expect(try Caller(service).get("/v2/languages?type=all").status == 400)
  }

  @Test func usageOfAllClients() throws {
    let caller = Caller()
    _ = caller.post("/v2/translate", Self.body)
    _ = caller.post("/translate", #"{"q":["é","bc"],"source":"en","target":"fr"}"#)
    _ = caller.post("/v2/translate", "{}")
    #expect(try caller.get("/v2/usage").text == #"{"character_count":8,"character_limit":1000000000000}"#)
    #expect(
      try caller.get("/v2/glossary-language-pairs").text
        == #"{"supported_languages":[{"source_lang":"en","target_lang":"fr"}]}"#)
  }

  @Test func usageOfAKey() throws {
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key\nbob:bobs-key")
    let caller = Caller(access: AccessControl(keys: keys))
    func ask(_ path: String, _ key: String?, _ body: String? = nil) -> HTTPResponse {
      var request = caller.request(path, body ?? "")
      if body == nil { request.method = "GET" }
      request.headers["Authorization"] = key.map { "DeepL-Auth-Key \($0)" }
      return caller.call(request).response
    }
    #expect(ask("/v2/translate", "alice-key", Self.body).status == 200)
    #expect(ask("/v2/usage", "alice-key").text.hasPrefix(#"{"character_count":5,"#))
    #expect(ask("/v2/usage", "bobs-key").text.hasPrefix(#"{"character_count":0,"#))
    #expect(ask("/v2/usage", "wrong-key").status == 403)
    #expect(ask("/v2/translate", nil, Self.body).text.hasSuffix(#""detail":"key_missing"}"#))
  }
}
