import HTTP
import Testing

struct XUnityTests {
  private let service = StandInService()

  /// The plug-in for games asks with a query, and takes the body as it is.
  @Test func text() throws {
    let answer = try Caller(service).get("/translate?from=en&to=fr&text=Press+%22A%22+to+jump%0AGo%21")
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "text/plain; charset=utf-8")
    #expect(answer.text == "PRESS \"A\" TO JUMP\nGO!")
  }

  /// Its users write languages as the game names them.
  @Test func languageOfAnyForm() throws {
    #expect(try Caller(service).get("/translate/?from=auto&to=fr-FR&text=a").text == "A")
    #expect(service.translations.map(\.source) == [nil])
    #expect(service.translations.map(\.target) == ["fr"])
  }

  @Test func errorsAreText() throws {
    for (query, message) in [
      ("from=en&to=fr", "Invalid request: missing text parameter"), ("text=a", "Invalid request: missing to parameter"),
    ] {
      let refused = try Caller(service).get("/translate?" + query)
      #expect(refused.status == 400)
      #expect(refused.headers["Content-Type"] == "text/plain; charset=utf-8")
      #expect(refused.text == message)
    }
  }
}
