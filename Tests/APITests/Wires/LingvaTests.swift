import HTTP
import Testing
import Translation

struct LingvaTests {
  private let service = StandInService()

  private func ask(_ path: String) -> HTTPResponse {
    let request = HTTPRequest(method: "GET", path: "/api/v1/" + path, query: [], headers: [:], body: [])
    return Caller(service).call(request).response
  }

  /// SearXNG puts the text into the path as it is, and looks for `info`.
  @Test func textOfThePath() {
    let answer = ask("en/fr/a dog? yes")
    #expect(answer.status == 200)
    let info = #"{"pronunciation":{},"definitions":[],"examples":[],"similar":[],"extraTranslations":[]}"#
    #expect(answer.text == #"{"translation":"A DOG? YES","info":\#(info)}"#)
    #expect(service.translations.map(\.source) == ["en"])
  }

  /// Dialect reads the language that was found.
  @Test func languageIsFound() {
    let answer = ask("auto/fr-FR/some text")
    #expect(answer.text.contains(#""translation":"SOME TEXT","info":{"detectedSource":"en","#))
    #expect(service.translations.map(\.source) == [nil])
    #expect(service.translations.map(\.target) == ["fr"])
  }

  @Test(arguments: ["a/b", "a/b/c d", "languages"])
  func textCanHaveSlashesAndAnyWord(_ text: String) {
    #expect(ask("en/fr/" + text).text.hasPrefix(#"{"translation":"\#(text.uppercased())""#))
  }

  @Test func languagesByRole() {
    let (english, french) = (#"{"code":"en","name":"English"}"#, #"{"code":"fr","name":"French"}"#)
    for path in ["languages", "languages/"] { #expect(ask(path).text == #"{"languages":[\#(english),\#(french)]}"#) }
    #expect(ask("languages/source").text == #"{"languages":[\#(english)]}"#)
    #expect(ask("languages/target").text == #"{"languages":[\#(french)]}"#)
  }

  @Test(arguments: ["en", "en/fr", "en/fr/", "x"])
  func incompletePathsAreRefused(_ path: String) {
    let answer = ask(path)
    #expect(answer.status == 400)
    #expect(answer.error?.hasPrefix("path: expected /api/v1/SOURCE/TARGET/TEXT, found /api/v1/") == true)
  }

  @Test func unservedLanguageIsRefused() {
    #expect(
      Caller(StandInService(failure: .pairNotServed(source: "en", target: "xx", served: service.pairs)))
        .call(HTTPRequest(method: "GET", path: "/api/v1/en/xx/a", query: [], headers: [:], body: [])).response.status
        == 400)
  }
}
