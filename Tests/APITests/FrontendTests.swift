import API
import Documents
import HTTP
import Testing
import Translation

/// Requests of LibreTranslate's pages and plug-ins, except translations.
struct FrontendTests {
  @Test func settings() throws {
    let caller = Caller(settings: ServerSettings(characterLimit: 900, needsKey: true))
    let endings = DocumentFormat.all.map { "\".\($0.fileExtension)\"" }.joined(separator: ",")
    let expected =
      #"{"charLimit":900,"frontendTimeout":500,"apiKeys":true,"keyRequired":true,"suggestions":false,"#
      + #""filesTranslation":true,"supportedFilesFormat":[\#(endings)],"#
      + #""language":{"source":{"code":"en","name":"English"},"#
      + #""target":{"code":"fr","name":"French"}}}"#
    #expect(try caller.get("/frontend/settings").text == expected)
    #expect(try Caller(nil).get("/frontend/settings").status == 503)
  }

  @Test func suggestionsAreRefused() {
    let body = #"{"q":"a","s":"b","source":"en","target":"fr"}"#
    for response in [Caller().post("/suggest", body), Caller().post("/suggest", "")] {
      #expect(response.status == 403)
      #expect(response.error == "Suggestions are disabled on this server.")
    }
  }
}
