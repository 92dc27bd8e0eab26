import API
import Foundation
import HTTP
import Support
import Testing
import Translation

/// Languages as clients write them, as the service has them, and as they are given back.
struct RequestedLanguagesTests {
  private let service = StandInService(
    pivoted: [("en", "zh"), ("en", "zh_hant"), ("pb", "en"), ("en", "pt_br"), ("en", "es")].map(LanguagePair.init))

  @Test(arguments: [
    ("FR", "fr"), ("zh", "zh"), ("zh-Hans", "zh"), ("zh-CN", "zh"), ("zt", "zh_hant"), ("zh-Hant", "zh_hant"),
    ("ZH_HANT", "zh_hant"), ("zh-TW", "zh_hant"), ("pb", "pb"), ("pt-BR", "pb"), ("pt", "pb"), ("-", "-"),
    ("es-MX", "es"), ("spa_Latn", "es"), ("zho_Hant", "zh_hant"), ("es_419", "es"), ("zh-Hant-MO", "zh_hant"),
    ("fr-FR", "fr"), ("fra", "fr"), ("fr_CA", "fr"), ("xx", "xx"), ("xx-YY", "xx-yy"),
  ])
  func targets(_ written: String, _ code: String) {
    _ = Caller(service).post("/translate", #"{"q":"a","source":"en","target":"\#(written)"}"#)
    #expect(service.translations.map(\.target) == [code])
  }

  @Test(arguments: [
    ("no", "nb"), ("nn", "nn"), ("iw", "he"), ("in", "id"), ("zh-TW", "zh"), ("sr-Latn", "sr"), ("pt-PT", "pt_br"),
  ])
  func languageIsTakenInAnyFormThatIsServed(_ written: String, _ code: String) {
    let service = StandInService(
      pivoted: ["nb", "he", "id", "zh", "sr", "pt_br"].map { LanguagePair(source: "en", target: $0) })
    let paths = [
      ("/translate", #"{"q":"a","source":"en-US","target":"LANG"}"#),
      ("/translate", #"{"text":"a","from":"en-US","to":"LANG"}"#),
      ("/translate", #"{"text":"a","source_lang":"en_GB","target_lang":"LANG"}"#),
      ("/imme", #"{"text_list":["a"],"source_lang":"eng_Latn","target_lang":"LANG"}"#),
      ("/v2/translate", #"{"text":["a"],"source_lang":"EN","target_lang":"LANG"}"#),
      ("/language/translate/v2", #"{"q":["a"],"source":"en","target":"LANG"}"#),
      ("/api/v4/translator", #"{"text":"a","source":"eng_Latn","target":"LANG"}"#),
    ]
    for (path, body) in paths {
      #expect(Caller(service).post(path, body.replacing("LANG", with: written)).status == 200)
    }
    #expect(service.translations.map(\.target) == paths.map { _ in code })
    #expect(service.translations.allSatisfy { $0.source == "en" })
  }

  @Test(arguments: [("en", "en"), ("en", "en-US"), ("en-GB", "EN-us"), ("fr", "FR"), ("pt-BR", "pt")])
  func twoRegionsOfALanguageAreOne(_ source: String, _ target: String) {
    let service = StandInService(pivoted: [LanguagePair(source: "pt", target: "en")])
    _ = Caller(service).post("/translate", #"{"q":"a","source":"\#(source)","target":"\#(target)"}"#)
    #expect(service.translations.map { $0.source == $0.target } == [true])
  }

  @Test func regionsThatAreServedStayTwoLanguages() {
    let service = StandInService(pivoted: [LanguagePair(source: "pt_pt", target: "pt_br")])
    _ = Caller(service).post("/translate", #"{"q":"a","source":"pt-PT","target":"pt-BR"}"#)
    #expect(service.translations.map(\.target) == ["pt_br"])
    #expect(service.translations.map(\.source) == ["pt_pt"])
  }

  @Test func textsInTheTargetLanguageComeBack() throws {
    let fixture = try MarianFixture("marian-base")
    let service = try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [fixture.directory], workers: 1))
    let source = try #require(service.pairs.first).source
    let caller = Caller(slot: ServiceSlot(service))
    let body = #"{"q":["  A dog.\nB","<p>"],"source":"\#(source)","target":"\#(source)-US"}"#
    let answer = caller.call(caller.request("/translate", body)).awaitResponse()
    #expect(answer.status == 200)
    #expect(answer.text == #"{"translatedText":["  A dog.\nB","<p>"]}"#)
  }

  @Test func sourcesAndAttention() throws {
    let caller = Caller(service)
    _ = caller.post("/translate", #"{"q":"a","source":"pt-BR","target":"en"}"#)
    #expect(service.translations.map(\.source) == ["pb"])
    _ = try caller.get("/attention?q=a&source=pt_BR&target=EN")
    #expect(service.attentions.map(\.source) == ["pb"])
  }

  @Test func codesAreListedInTheLongForm() throws {
    let listed = try Caller(service).get("/languages").text
    for language in [
      #"{"code":"pt-BR","name":"Portuguese (Brazil)","targets":["en"]}"#,
      #"{"code":"zh-Hans","name":"Chinese"#, #"{"code":"zh-Hant","name":"Chinese"#,
      #""targets":["es","fr","pt-BR","zh-Hans","zh-Hant"]"#,
    ] {
      #expect(listed.contains(language))
    }
  }
}
