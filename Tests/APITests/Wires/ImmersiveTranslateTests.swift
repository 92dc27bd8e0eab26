import HTTP
import Testing

struct ImmersiveTranslateTests {
  private let service = StandInService()

  /// The extension's custom service: texts with the extension's markers, and the language of the page unknown.
  @Test(arguments: ["/translate", "/imme"])
  func texts(_ path: String) {
    let body = #"{"source_lang":"auto","target_lang":"fr","text_list":["a {0} door","<b0>two</b0>"]}"#
    #expect(
      Caller(service).post(path, body).text
        == #"{"translations":[{"detected_source_lang":"en","text":"A {0} DOOR"},"#
        + #"{"detected_source_lang":"en","text":"<B0>TWO</B0>"}]}"#)
    #expect(service.translations.map(\.source) == [nil])
  }

  /// A user's script names the language, as browsers write it, and has its key in the address.
  @Test func textsOfANamedLanguage() {
    var request = Caller(service).request("/imme", #"{"source_lang":"en-US","target_lang":"fr","text_list":["a"]}"#)
    request.query = [("token", "abc")]
    #expect(Caller(service).call(request).response.text.contains(#""detected_source_lang":"en-US","text":"A""#))
    #expect(service.translations.map(\.source) == ["en"])
  }

  @Test func errorsAreTold() {
    let refused = Caller(service).post("/imme", #"{"source_lang":"auto","target_lang":"fr","text_list":[]}"#)
    #expect(refused.error == "Invalid request: missing text_list parameter")
    let wrong = Caller(service).post("/imme", #"{"target_lang":"fr","text_list":[1]}"#)
    #expect(wrong.error == "text_list[0]: expected a string, found a number")
  }
}
