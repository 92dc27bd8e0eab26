import Testing
import Translation

struct ServedPairsTests {
  private func pair(_ source: String, _ target: String) -> LanguagePair { LanguagePair(source: source, target: target) }

  private let everything = ModelLanguages(sources: ["en", "fr", "zh_hans"], targets: ["en", "fr", "zh_hans"])

  @Test func aModelOfManyLanguagesServesAllButALanguageIntoItself() {
    let pairs = ServedPairs([everything])
    #expect(pairs.contain(pair("fr", "zh_hans")))
    #expect(!pairs.contain(pair("fr", "fr")))
    #expect(!pairs.contain(pair("fr", "de")))
    #expect(Array(pairs).count == 6)
    #expect(pairs.first == pair("en", "fr"))
    #expect(pairs.targets(from: "fr") == ["en", "zh_hans"])
    #expect(pairs.sources(to: "fr") == ["en", "zh_hans"])
  }

  @Test func onePairCanBeOfOneLanguage() {
    #expect(ServedPairs([pair("en", "en")]).contain(pair("en", "en")))
  }

  @Test func modelsSpellALanguageAsTheFirstOfThem() {
    let pairs = ServedPairs([ModelLanguages(pair("zh", "de")), everything], usesPivots: true)
    #expect(pairs.sources == ["zh", "en", "fr"])
    #expect(pairs.contain(pair("fr", "zh")))
    #expect(pairs.contain(pair("en", "de")), "through Chinese")
    #expect(pairs.source(named: "zho_Hans") == "zh")
    #expect(pairs.target(named: "zh-TW") == "zh")
  }

  @Test func languagesBehindAPivotAreCountedOnce() {
    let pairs = ServedPairs(
      [everything, ModelLanguages(pair("en", "de")), ModelLanguages(pair("it", "fr"))], usesPivots: true)
    #expect(pairs.targets(from: "fr") == ["en", "zh_hans", "de"])
    #expect(pairs.targets(from: "it") == ["fr", "en", "zh_hans"])
    #expect(pairs.sources(to: "de") == ["en", "fr", "zh_hans"])
    #expect(pairs.sources(to: "fr") == ["en", "zh_hans", "it"])
    let all = Array(pairs)
    #expect(all.count == Set(all).count)
    for source in pairs.sources {
      #expect(all.filter { $0.source == source }.map(\.target).sorted() == pairs.targets(from: source).sorted())
    }
    for target in pairs.targets {
      #expect(all.filter { $0.target == target }.map(\.source).sorted() == pairs.sources(to: target).sorted())
    }
  }

  @Test func regionsFallBackToTheLanguage() {
    let pairs = ServedPairs([pair("en", "pt"), pair("en", "es_mx"), pair("en", "zh_hant")])
    #expect(pairs.target(named: "pt-BR") == "pt")
    #expect(pairs.target(named: "es") == "es_mx")
    #expect(pairs.target(named: "es-AR") == "es_mx")
    #expect(pairs.target(named: "zh-HK") == "zh_hant")
    #expect(pairs.target(named: "zh-CN") == "zh_hant", "any script is nearer than none")
    #expect(pairs.target(named: "de-AT") == "de-at")
  }

  @Test func nearestScriptIsTaken() {
    let pairs = ServedPairs(
      [pair("en", "zh_hant"), pair("en", "zh_hans"), pair("en", "sr_latn"), pair("en", "pt_pt"), pair("en", "pt_br")])
    #expect(pairs.target(named: "zh-SG") == "zh_hans")
    #expect(pairs.target(named: "zh-MO") == "zh_hant")
    #expect(pairs.target(named: "sr") == "sr_latn")
    #expect(pairs.target(named: "pt") == "pt_br")
    #expect(pairs.target(named: "pt-AO") == "pt_br")
  }

  @Test func languageOfTwoRegions() {
    let pairs = ServedPairs([pair("en", "fr"), pair("pt_pt", "pt_br")])
    #expect(pairs.language(namedByBoth: "en-GB", "EN-us") == "en")
    #expect(pairs.language(namedByBoth: "fr", "fr_CA") == "fr")
    #expect(pairs.language(namedByBoth: "pt-PT", "pt-BR") == nil)
    #expect(pairs.language(namedByBoth: "en", "fr") == nil)
    #expect(pairs.language(namedByBoth: "de", "de") == nil)
    #expect(pairs.keepsTexts(from: "fr", to: "fr"))
    #expect(!pairs.keepsTexts(from: "de", to: "de"))
    #expect(!ServedPairs([pair("en", "en")]).keepsTexts(from: "en", to: "en"))
  }
}
