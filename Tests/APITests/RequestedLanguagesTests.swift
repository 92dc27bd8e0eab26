import API
import HTTP
import Testing
import Translation

/// Languages as clients write them, as the service has them, and as they are given back.
struct RequestedLanguagesTests {
  private let service = StandInService(
    pivoted: [("en", "zh"), ("en", "zh_hant"), ("pb", "en"), ("en", "pt_br"), ("en", "es")].map(LanguagePair.init))

  @Test(arguments: [
    ("FR", "fr"), ("zh", "zh"), ("zh-Hans", "zh"), ("zh-CN", "zh"), ("zt", "zh_hant"), ("zh-Hant", "zh_hant"),
    ("ZH_HANT", "zh_hant"), ("zh-TW", "zh_hant"), ("pb", "pb"), ("pt-BR", "pb"), ("pt", "pt"), ("-", "-"),
    ("es-MX", "es"), ("spa_Latn", "es"), ("zho_Hant", "zh_hant"), ("es_419", "es"), ("zh-Hant-MO", "zh_hant"),
  ])
  func targets(_ written: String, _ code: String) {
    _ = Caller(service).post("/translate", #"{"q":"a","source":"en","target":"\#(written)"}"#)
    #expect(service.translations.map(\.target) == [code])
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
