import HTTP
import Testing

struct NLLBServeTests {
  private let service = StandInService()

  /// A subtitle editor sends an array of one text.
  @Test func texts() {
    let body = #"{"source":["a cold morning"],"src_lang":"eng_Latn","tgt_lang":"fra_Latn"}"#
    #expect(
      Caller(service).post("/translate", body).text
        == #"{"source":["a cold morning"],"translation":["A COLD MORNING"],"src_lang":"eng_Latn","tgt_lang":"fra_Latn"}"#
    )
    #expect(service.translations.map(\.source) == ["en"])
    #expect(service.translations.map(\.target) == ["fr"])
  }

  /// A reference manager's plug-in asks with a query.
  @Test func textOfAQuery() throws {
    let answer = try Caller(service).get("/translate?source=a+cold+morning&src_lang=eng_Latn&tgt_lang=fra_Latn")
    #expect(answer.text.hasPrefix(#"{"source":["a cold morning"],"translation":["A COLD MORNING"],"#))
    let other = try Caller(service).get("/api/v4/translator?text=a+cold+morning&source=eng_Latn&target=fra_Latn")
    #expect(other.text == #"{"result":"A COLD MORNING"}"#)
    #expect(
      Caller(service).post("/api/v4/translator", #"{"text":"a","source":"eng_Latn","target":"fra_Latn"}"#).text
        == #"{"result":"A"}"#)
  }

  @Test func errorsAreTold() throws {
    let refused = try Caller(service).get("/api/v4/translator?text=a&source=eng_Latn")
    #expect(refused.status == 400)
    #expect(refused.error == "Invalid request: missing target parameter")
    let empty = Caller(service).post("/translate", #"{"source":[],"src_lang":"eng_Latn","tgt_lang":"fra_Latn"}"#)
    #expect(empty.error == "Invalid request: missing source parameter")
  }
}
