import HTTP
import Testing

@testable import API

struct DeepLXTests {
  private let service = StandInService()

  private func answer(_ response: HTTPResponse) -> String {
    response.text.replacing(/"id":[0-9]+/, with: #""id":7"#)
  }

  /// A reference manager's plug-in sends JSON with both languages.
  @Test func jsonWithBothLanguages() {
    let body = #"{"text":"two old boats","source_lang":"EN","target_lang":"FR"}"#
    for path in ["/translate", "/v1/translate"] {
      #expect(
        answer(Caller(service).post(path, body))
          == #"{"code":200,"id":7,"data":"TWO OLD BOATS","alternatives":[],"source_lang":"EN","target_lang":"FR","#
          + #""method":"Free"}"#)
    }
    #expect(service.translations.map(\.source) == ["en", "en"])
    #expect(service.translations.map(\.target) == ["fr", "fr"])
  }

  /// A social network sends a form without the source, and reads which it was.
  @Test func formWithoutASource() {
    let form = "text=two+old+boats&target_lang=FR"
    let response = Caller(service).post("/translate", form, type: "application/x-www-form-urlencoded")
    #expect(response.text.contains(#""data":"TWO OLD BOATS","alternatives":[],"source_lang":"EN""#))
    #expect(service.translations.map(\.source) == [nil])
  }

  /// A book translator sends JSON without a media type, and `auto` in capitals.
  @Test func jsonWithoutAMediaType() {
    let body = Array(#"{"text":"two old boats","source_lang":"AUTO","target_lang":"fr"}"#.utf8)
    let request = HTTPRequest(method: "POST", path: "/translate", query: [("token", "x")], headers: [:], body: body)
    #expect(Caller(service).call(request).response.status == 200)
    #expect(service.translations.map(\.source) == [nil])
  }

  @Test func markup() {
    for (handling, status) in [("html", 200), ("xml", 200), ("", 200), ("md", 400)] {
      let body = #"{"text":"<b>a</b>","source_lang":"EN","target_lang":"FR","tag_handling":"\#(handling)"}"#
      #expect(Caller(service).post("/translate", body).status == status)
    }
    #expect(service.translations.map(\.format) == [.html, .xml(.init()), .text])
  }

  @Test func errorsHaveTheirShape() throws {
    let missing = Caller().post("/translate", #"{"text":"a","source_lang":"EN","target_lang":""}"#)
    #expect(missing.status == 400)
    #expect(missing.text == #"{"code":400,"message":"Invalid request: missing target_lang parameter"}"#)
    let full = Caller(StandInService(failure: .queueFull(retryAfterSeconds: 3)))
      .post("/v1/translate", #"{"text":"a","target_lang":"FR"}"#)
    #expect(full.status == 503)
    #expect(full.headers["Retry-After"] == "3")
    #expect(full.text == #"{"code":503,"message":"the queue is full"}"#)
    #expect(Caller().post("/v1/translate", "{}").text.hasPrefix(#"{"code":400,"#))
  }

  @Test func textsOfLibreTranslateAreNotTaken() {
    let body = #"{"q":"a","source":"en","target":"fr","text":"b","target_lang":"de"}"#
    #expect(Caller(service).post("/translate", body).text == #"{"translatedText":"A"}"#)
  }
}
