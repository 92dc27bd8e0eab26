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
    #expect(pairs.target(named: "zh-TW") == "zh-tw")
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
    #expect(pairs.target(named: "es") == "es", "a region is no language for those who name none")
    #expect(pairs.target(named: "es", inAnyRegion: true) == "es_mx")
    #expect(pairs.target(named: "zh-HK") == "zh_hant")
    #expect(pairs.target(named: "zh-CN", inAnyRegion: true) == "zh-cn")
  }
}
