import Languages
import Testing

struct LanguageCodeTests {
  @Test(arguments: [
    ("FR", "fr"), ("fra", "fr"), ("fra_Latn", "fr"), ("fr-Latn", "fr"), ("pt_br", "pt-BR"), ("pob", "pt-BR"),
    ("pb", "pt-BR"), ("por_Latn", "pt"), ("zh", "zh-Hans"), ("zh-CN", "zh-Hans"), ("zh_TW", "zh-Hant"),
    ("zh-HK", "zh-Hant"), ("zt", "zh-Hant"), ("zho_Hans", "zh-Hans"), ("cmn_Hant", "zh-Hant"), ("cmn", "zh-Hans"),
    ("zh-Hant-HK", "zh-Hant-HK"), ("no", "nb"), ("nob_Latn", "nb"), ("nor", "nb"), ("iw", "he"), ("heb_Hebr", "he"),
    ("in", "id"), ("ji", "yi"), ("ydd_Hebr", "yi"), ("eng_Latn", "en"), ("arb_Arab", "ar"), ("arz", "arz"),
    ("sr-Cyrl", "sr"), ("sr_Latn", "sr-Latn"), ("ace_Arab", "ace-Arab"), ("es-419", "es-419"), ("fil", "tl"),
    ("ns", "nso"), ("zsm", "ms"), ("jpn", "ja"), ("-", "-"), ("", ""), ("_", "-"), ("xx", "xx"),
  ])
  func codesOfOneLanguageAreOne(_ written: String, _ tag: String) {
    #expect(LanguageCode(written).text == tag)
    #expect(LanguageCode(written) == LanguageCode(tag))
    #expect(LanguageCode(LanguageCode(written).underscored) == LanguageCode(tag))
  }

  @Test func aRegionIsTakenFromTheEnd() {
    #expect(LanguageCode("pt_BR").withoutRegion == LanguageCode("pt"))
    #expect(LanguageCode("es-419").withoutRegion == LanguageCode("es"))
    #expect(LanguageCode("zh-Hant-HK").withoutRegion == LanguageCode("zh-Hant"))
    #expect(LanguageCode("zh-Hant").withoutRegion == nil)
    #expect(LanguageCode("pt").withoutRegion == nil)
  }

  @Test(arguments: [
    ("en", "English"), ("eng_Latn", "English"), ("zh", "Chinese (Simplified)"), ("pt-BR", "Portuguese (Brazil)"),
    ("ace_Arab", "Acehnese (Arabic)"), ("nso", "Northern Sotho"), ("br", "Breton"), ("qqq", "qqq"),
  ])
  func namesAreEnglish(_ code: String, _ name: String) {
    #expect(LanguageCode(code).englishName == name)
  }

  @Test func aLongTextIsNoCode() {
    let text = String(repeating: "en-", count: 40)
    #expect(LanguageCode(text).text == text)
  }
}
