import Foundation
import HTTP
import Support
import Testing
import Translation

@testable import API

struct AzureTranslatorTests {
  private let service = StandInService(pivoted: [LanguagePair(source: "en", target: "de")])

  private func post(
    _ path: String, _ query: String, _ body: String, _ caller: Caller? = nil, key: String? = nil
  ) throws -> HTTPResponse {
    let caller = caller ?? Caller(service)
    var request = caller.request(path, body)
    request.query = try FormURLEncoded.decode(Array(query.utf8))
    request.headers["Ocp-Apim-Subscription-Key"] = key
    return caller.call(request).response
  }

  /// Microsoft's own client for .NET and Python: `Text` or `text`, and several targets.
  @Test func textsIntoSeveralLanguages() throws {
    let body = #"[{"Text":"a bell"},{"text":"two"}]"#
    #expect(
      try post("/translate", "api-version=3.0&from=en&to=fr&to=de&textType=Plain", body).text
        == #"[{"translations":[{"text":"A BELL","to":"fr"},{"text":"A BELL","to":"de"}]},"#
        + #"{"translations":[{"text":"TWO","to":"fr"},{"text":"TWO","to":"de"}]}]"#)
    #expect(service.translations.map(\.target).sorted() == ["de", "fr"])
    #expect(service.translations.map(\.texts) == [["a bell", "two"], ["a bell", "two"]])
  }

  /// deep-translator and OBS plug-ins: no source, one target.
  @Test func textOfAnUnknownLanguage() throws {
    #expect(
      try post("/translate", "api-version=3.0&to=fr", #"[{"Text":"a bell"}]"#).text
        == #"[{"detectedLanguage":{"language":"en","score":0.875},"translations":[{"text":"A BELL","to":"fr"}]}]"#)
  }

  @Test func alignmentAndLengths() throws {
    let query = "api-version=3.0&from=en&to=fr&includeAlignment=true&includeSentenceLength=true"
    #expect(
      try post("/translate", query, #"[{"Text":"ab"}]"#).text
        == #"[{"translations":[{"text":"AB","to":"fr","alignment":{"proj":""},"#
        + #""sentLen":{"srcSentLen":[2],"transSentLen":[2]}}]}]"#)
    #expect(service.translations.map(\.explain) == [[.alignment]])
    // The stand-in links two bytes with three.
    #expect(
      try post("/translate", query, #"[{"Text":"abc"}]"#).text.contains(#""alignment":{"proj":"0:1-0:2"}"#))
  }

  @Test func markup() throws {
    _ = try post("/translate", "api-version=3.0&from=en&to=fr&textType=html", #"[{"Text":"<b>a</b>"}]"#)
    #expect(service.translations.map(\.format) == [.html])
    #expect(try post("/translate", "api-version=3.0&to=fr&textType=md", #"[{"Text":"a"}]"#).status == 400)
  }

  @Test func textsOfLaterVersions() throws {
    let body =
      #"{"inputs":[{"text":"a bell","language":"en","targets":[{"language":"fr"},{"language":"de"}]},"#
      + #"{"text":"two","targets":[{"language":"fr"}]}]}"#
    #expect(
      try post("/translate", "api-version=2026-06-06", body).text
        == #"{"value":[{"translations":[{"text":"A BELL","language":"fr","sourceCharacters":6},"#
        + #"{"text":"A BELL","language":"de","sourceCharacters":6}]},"#
        + #"{"detectedLanguage":{"language":"en","score":0.875},"translations":["#
        + #"{"text":"TWO","language":"fr","sourceCharacters":3}]}]}"#)
  }

  @Test func languages() throws {
    let all = try Caller(service).get("/languages?api-version=3.0").text
    #expect(all.hasPrefix(#"{"translation":{"de":{"name":"German","nativeName":"Deutsch","dir":"ltr","models":[]},"#))
    #expect(all.hasSuffix(#""transliteration":{},"dictionary":{}}"#))
    let scoped = try Caller(service).get("/languages?api-version=3.0&scope=translation").text
    #expect(scoped.hasSuffix(#""dir":"ltr","models":[]}}}"#))
    // Without a version the path is LibreTranslate's.
    #expect(try Caller(service).get("/languages").text.hasPrefix("[{"))
  }

  @Test func detection() throws {
    let body = #"[{"Text":"Der Hund läuft durch den tiefen Schnee."},{"Text":"The dog runs through the snow."}]"#
    let found = try post("/detect", "api-version=3.0", body).text
    #expect(found.hasPrefix(#"[{"language":"de","score":"#))
    #expect(found.contains(#""isTranslationSupported":false,"isTransliterationSupported":false},{"language":"en""#))
  }

  @Test func lengthsOfSentences() throws {
    let body = #"[{"Text":"  A bell rings.  Who is there? "},{"Text":""}]"#
    #expect(
      try post("/breaksentence", "api-version=3.0&language=en", body).text == #"[{"sentLen":[17,14]},{"sentLen":[0]}]"#)
    #expect(
      try post("/breaksentence", "api-version=3.0", #"[{"Text":"A bell rings in the town."}]"#).text
        .hasPrefix(#"[{"detectedLanguage":{"language":"en","score":"#))
  }

  @Test(arguments: [
    ("api-version=3.0", #"[{"Text":"a"}]"#, "The target language is missing: expected to=CODE"),
    (
      "api-version=3.0&to=fr", #"{"Text":"a"}"#,
      "The request body is not valid: expected an array of objects with Text"
    ),
    ("api-version=3.0&to=fr", "[]", "The request body is not valid: expected an array of objects with Text"),
    ("api-version=3.0&to=fr", #"[{"Text":7}]"#, "[0].Text: expected a string, found an object"),
    ("api-version=3.0&to=fr", #"["a"]"#, "[0].Text: expected a string, found a string"),
  ])
  func refusedRequests(_ query: String, _ body: String, _ message: String) throws {
    let refused = try post("/translate", query, body)
    #expect(refused.status == 400)
    #expect(refused.text == #"{"error":{"code":400000,"message":"\#(message)"}}"#)
  }

  @Test func unknownLanguagesAndKeysHaveTheirCodes() throws {
    let failing = Caller(
      StandInService(failure: .pairNotServed(source: "en", target: "xx", served: ServedPairs([LanguagePair]()))))
    let refused = try post("/translate", "api-version=3.0&from=en&to=xx", #"[{"Text":"a"}]"#, failing)
    #expect(refused.text.hasPrefix(#"{"error":{"code":400036,"#))
    let folder = try TemporaryFolder()
    let keys = try folder.keys("alice:alice-key")
    let keyed = Caller(slot: ServiceSlot(service), access: AccessControl(keys: keys))
    let body = #"[{"Text":"a"}]"#
    #expect(try post("/translate", "api-version=3.0&to=fr", body, keyed, key: "alice-key").status == 200)
    for key in ["wrong-key", nil] {
      let refused = try post("/translate", "api-version=3.0&to=fr", body, keyed, key: key)
      #expect(refused.status == 401)
      #expect(refused.text.hasPrefix(#"{"error":{"code":401000,"#))
    }
  }

  /// Its SDKs read every error in one shape, also if the body cannot be read.
  @Test func brokenBodiesHaveErrorsOfAzure() throws {
    for body in ["{", "[{\"Text\":", "\u{FEFF}"] {
      let answer = try post("/translate", "api-version=3.0&to=fr", body)
      #expect(answer.status == 400)
      #expect(answer.text.hasPrefix(#"{"error":{"code":400000,"message":"Invalid JSON"#))
    }
    // Without a version, it is LibreTranslate's.
    #expect(Caller().post("/translate", "{").error?.hasPrefix("Invalid JSON") == true)
  }

  @Test func textsOfAllTargetsCountTogether() throws {
    let caller = Caller(slot: ServiceSlot(service), settings: ServerSettings(characterLimit: 7, batchLimit: 3))
    let text = #"[{"Text":"abcd"}]"#
    #expect(try post("/translate", "api-version=3.0&from=en&to=fr", text, caller).status == 200)
    #expect(try post("/translate", "api-version=3.0&from=en&to=fr&to=de", text, caller).status == 413)
    let texts = #"[{"Text":"a"},{"Text":"b"}]"#
    #expect(try post("/translate", "api-version=3.0&from=en&to=fr&to=de", texts, caller).status == 400)
    #expect(service.translations.count == 1)
  }

  @Test func firstFailureCancelsTheOthers() throws {
    let service = StandInService(answers: false, pivoted: [LanguagePair(source: "en", target: "de")])
    let caller = Caller(service)
    var request = caller.request("/translate", #"[{"Text":"a"}]"#)
    request.query = [("api-version", "3.0"), ("to", "fr"), ("to", "de")]
    let exchange = caller.call(request)
    exchange.disconnect()
    #expect(service.cancellations == 2)
  }
}
