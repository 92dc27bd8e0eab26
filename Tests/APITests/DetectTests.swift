import API
import JSON
import LanguageDetection
import Testing

@Suite struct DetectTests {
  private let caller = Caller()
  private let limits = JSONLimits(depth: 3, values: 20, repeatedNames: .refused)

  private func members(_ value: JSONValue?) -> [String: JSONValue] {
    guard case .object(let members)? = value else { return [:] }
    return members
  }

  private func found(_ body: String, type: String = "application/json") throws -> [[String: JSONValue]] {
    let response = caller.post("/detect", body, type: type)
    #expect(response.status == 200)
    guard case .array(let elements) = try response.body.withUnsafeBytes({ try JSONValue($0, within: limits) }) else {
      return []
    }
    return elements.map(members)
  }

  @Test func likeliestLanguageIsFirst() throws {
    let first = try #require(try found(#"{"q":"Der Hund läuft durch den Schnee und bellt laut."}"#).first)
    #expect(first["language"] == .string("de"))
    let form = try found("q=Le+chien+court+dans+la+neige", type: "application/x-www-form-urlencoded")
    #expect(form.first?["language"] == .string("fr"))
  }

  @Test func confidenceIsAPercentage() throws {
    let response = caller.post("/detect", #"{"q":"この犬は雪の中を走っています。"}"#)
    #expect(response.text.hasSuffix(#","language":"ja"}]"#))
    for text in ["la", "Der Hund läuft durch den Schnee"] {
      let found = try found(#"{"q":"\#(text)"}"#)
      #expect((1...3).contains(found.count))
      for members in found {
        guard case .real(let confidence)? = members["confidence"] else {
          Issue.record("no number: \(members)")
          continue
        }
        #expect((1...100).contains(confidence))
      }
    }
  }

  @Test func scriptsAreNamedAsByLibreTranslate() throws {
    #expect(try found(#"{"q":"今天早上我媽媽去市場買麵包"}"#).first?["language"] == .string("zh-Hant"))
  }

  @Test(arguments: ["12:30", "🙂"]) func textWithoutLettersIsAnsweredAsByLibreTranslate(text: String) {
    #expect(caller.post("/detect", #"{"q":"\#(text)"}"#).text == #"[{"confidence":0.0,"language":"en"}]"#)
  }

  /// A client that asks for the language translates from it next.
  @Test(arguments: ["hello", "no", "table", "Hotel", "simple", "Berlin", "la"])
  func servedLanguageIsFirstIfTheTextCanBeInIt(text: String) throws {
    let first = try #require(try found(#"{"q":"\#(text)"}"#).first)
    #expect(first["language"] == .string("en") || first["language"] == .string("fr"), "\(first)")
  }

  @Test func textIsRequired() {
    let response = caller.post("/detect", "{}")
    #expect(response.status == 400)
    #expect(response.text == #"{"error":"Invalid request: missing q parameter"}"#)
  }

  @Test func automaticTranslationsNameTheirLanguage() throws {
    let service = StandInService()
    let caller = Caller(service)
    let one = caller.post("/translate", #"{"q":"a","source":"auto","target":"fr"}"#)
    #expect(one.text == #"{"translatedText":"A","detectedLanguage":{"confidence":87.5,"language":"en"}}"#)
    let two = caller.post("/translate", #"{"q":["a","b"],"source":"AUTO","target":"fr"}"#)
    #expect(
      two.text
        == #"{"translatedText":["A","B"],"detectedLanguage":[{"confidence":87.5,"language":"en"},"#
        + #"{"confidence":87.5,"language":"en"}]}"#)
    #expect(service.translations.map(\.source) == [nil, nil])
  }

  @Test func languageThatIsNotServedIsMarked() throws {
    let service = StandInService(detected: DetectedLanguage(language: "de", confidence: 0.99, isServed: false))
    let answer = Caller(service).post("/translate", #"{"q":["a"],"source":"auto","target":"fr"}"#)
    #expect(answer.text.contains(#"[{"confidence":99.0,"language":"de","served":false}]"#))
  }
}
