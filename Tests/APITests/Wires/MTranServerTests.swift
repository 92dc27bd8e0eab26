import HTTP
import Testing

struct MTranServerTests {
  private let service = StandInService()

  /// A caption tool and a dictionary app send one text.
  @Test func text() {
    let body = #"{"from":"en","to":"fr","text":"a green door","html":false}"#
    #expect(
      Caller(service).post("/translate", body).text
        == #"{"result":"A GREEN DOOR","text":"A GREEN DOOR","src":"en"}"#)
    #expect(service.translations.map(\.source) == ["en"])
    #expect(service.translations.map(\.format) == [.text])
  }

  @Test func textOfAnUnknownLanguage() {
    for body in [#"{"from":"auto","to":"fr","text":"a"}"#, #"{"to":"fr","text":"a","html":true}"#] {
      #expect(Caller(service).post("/translate", body).text.hasPrefix(#"{"result":"A","#))
    }
    #expect(service.translations.map(\.source) == [nil, nil])
    #expect(service.translations.map(\.format) == [.text, .html])
  }

  @Test func texts() {
    let body = #"{"from":"en","to":"fr","texts":["a door","","two"]}"#
    #expect(Caller(service).post("/translate/batch", body).text == #"{"results":["A DOOR","","TWO"]}"#)
  }

  /// kiss-translator's custom service sends texts, with an empty key if there is none.
  @Test(arguments: ["/translate", "/kiss"])
  func textsOfKissTranslator(_ path: String) {
    var request = Caller(service).request(path, #"{"texts":["a door","two"],"from":"auto","to":"fr"}"#)
    request.headers["Authorization"] = "Bearer "
    #expect(
      Caller(service).call(request).response.text == #"[{"text":"A DOOR","src":"en"},{"text":"TWO","src":"en"}]"#)
  }

  @Test func textOfKissTranslator() {
    let body = #"{"text":"a door","from":"en","to":"fr-FR"}"#
    #expect(Caller(service).post("/kiss", body).text.contains(#""text":"A DOOR","src":"en""#))
  }

  @Test func languageAndVersion() throws {
    let found = Caller(service).post("/detect", #"{"text":"Der Hund läuft durch den tiefen Schnee."}"#)
    #expect(found.text.hasPrefix(#"{"language":"de","confidence":"#))
    #expect(try Caller(service).get("/version").text == #"{"version":"v4.0.0"}"#)
  }

  @Test func errorsHaveTheirShape() {
    let refused = Caller(service).post("/translate/batch", #"{"from":"en","to":"fr","texts":[]}"#)
    #expect(refused.status == 400)
    #expect(refused.error == "Invalid request: missing texts parameter")
    #expect(Caller(service).post("/kiss", #"{"to":"fr"}"#).error == "Invalid request: missing text parameter")
  }
}
