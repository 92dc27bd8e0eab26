import Support
import Testing

@testable import Translation

/// Terms found in texts, and how they are written.
struct GlossaryTests {
  private static let pair = LanguagePair(source: "en", target: "fr")

  private func found(_ text: String, _ terms: [Term], outside spans: [Range<Int>] = []) -> [String] {
    let bytes = ByteText(text)
    return Glossary(terms, pair: Self.pair).matches(in: text, outside: spans).map { bytes[$0.range] }
  }

  private func terms(_ sources: [String]) -> [Term] { sources.map { Term(source: $0, target: "x") } }

  @Test func longestTermIsFoundFirst() {
    let terms = terms(["neural", "neural network", "network", "deep neural network layer"])
    #expect(found("A deep neural network is a network.", terms) == ["neural network", "network"])
    #expect(found("Deep  neural network layer", terms) == ["Deep  neural network layer"])
  }

  @Test(arguments: [
    ("A dog.", ["dog"]), ("(Dog)", ["Dog"]), ("DOGS and dogma", []), ("dog's", ["dog"]), ("dog-like hot-dog", []),
    ("l'dog", ["dog"]), ("dog's and dog'll", ["dog"]), ("dog1 dog_ dog", ["dog"]), ("doǵ dog\u{301}", []),
    ("dog’s dogs’ dog.", ["dog", "dog"]), ("do\u{AD}g", ["do\u{AD}g"]), ("dog\u{2011}like", []), ("hotdog", []),
  ])
  func wordsAreWhole(_ text: String, _ expected: [String]) {
    #expect(found(text, terms(["dog"])) == expected)
  }

  @Test func signsOfATermCount() {
    #expect(found("C++ and C, C ++", terms(["C++"])) == ["C++"])
    #expect(found("state-of-the-art", terms(["state-of-the-art"])) == ["state-of-the-art"])
    #expect(found("don’t", terms(["don't"])) == ["don’t"])
    #expect(found("これは犬です", terms(["犬"])) == ["犬"])
  }

  @Test func caseDecidesWhatIsFound() {
    let both = [
      Term(source: "US", target: "x", letterCase: .exact), Term(source: "us", target: "y", letterCase: .exact),
    ]
    #expect(found("Us, US and us", both) == ["US", "us"])
    let glossary = Glossary(both, pair: Self.pair)
    #expect(glossary.matches(in: "US us", outside: []).map(\.term.target) == ["x", "y"])
  }

  @Test func protectedTextHasNoTerms() {
    #expect(found("dog dog", terms(["dog"]), outside: [0..<3]) == ["dog"])
  }

  private func forms(_ text: String, _ term: Term) -> [ClauseTerm.Form] {
    let match = Glossary([term], pair: Self.pair).matches(in: text, outside: []).first
    return match.map { ClauseTerm($0, in: ByteText(text), target: "fr").forms } ?? []
  }

  private func form(_ first: String, _ inner: String) -> ClauseTerm.Form { ClauseTerm.Form(first: first, inner: inner) }

  @Test func targetFollowsTheCaseOfItsSource() {
    let term = Term(source: "dog", target: "canidé")
    #expect(forms("A dog runs.", term) == [form("Canidé", "canidé")])
    #expect(forms("Dog runs.", term) == [form("Canidé", "canidé")])
    #expect(forms("The Dog runs.", term) == [form("Canidé", "Canidé")])
    #expect(forms("THE DOG RUNS.", term) == [form("CANIDÉ", "CANIDÉ")])
    let fixed = Term(source: "dog", target: "eDog", letterCase: .fixed)
    #expect(forms("DOG", fixed) == [form("eDog", "eDog")])
    #expect(forms("My DOG", Term(source: "dog", target: "dog")) == [form("DOG", "DOG")])
  }

  @Test func pluralsAreThoseOfTheLanguages() {
    let term = Term(source: "city dog", target: "chien royal", inflects: true)
    #expect(forms("City dogs.", term).map(\.inner) == ["chiens royaux", "chiens royal", "chien royaux"])
    #expect(Plurals(of: "en").forms(of: "box") == ["boxes"])
    #expect(Plurals(of: "en").forms(of: "city") == ["cities"])
    #expect(Plurals(of: "pt-BR").forms(of: "coração") == ["corações"])
    #expect(Plurals(of: "zh").forms(of: "犬").isEmpty)
    #expect(found("Two dogs.", [Term(source: "dog", target: "x", inflects: false)]).isEmpty)
  }

  @Test(arguments: [
    ("en", "fr", "eng", "fra"), ("en_us", "fr", "en", "fr-CA"), ("en", "nb", "en", "no"), ("en", "pt_br", "en", "pb"),
    ("en", "pt", "en", "pt-BR"), ("en", "zh_hant", "en", "zh"), ("eng_Latn", "por_Latn", "en", "pt"),
  ])
  func languagesAreTheSameInAnySpelling(_ source: String, _ target: String, _ from: String, _ to: String) {
    let request = RequestGlossaries([Glossary(terms(["a"]), pair: LanguagePair(source: from, target: to))])
    #expect(request.glossaries(from: source, to: target).count == 1)
  }

  @Test func otherLanguagesAndScriptsAreNotTheSame() {
    for (from, to) in [("en", "pt"), ("fr", "en"), ("en", "zh-Hans"), ("enm", "zh-TW")] {
      let request = RequestGlossaries([Glossary(terms(["a"]), pair: LanguagePair(source: from, target: to))])
      #expect(request.glossaries(from: "en", to: "zh_hant").isEmpty)
    }
  }

  @Test func glossaryOfTheVeryRegionGoesFirst() {
    let named = ["pt", "pt-PT", "pt-BR"].map {
      Glossary(terms([$0]), pair: LanguagePair(source: "en", target: $0))
    }
    let found = RequestGlossaries(named).glossaries(from: "en", to: "pt_br").map { $0.terms[0].source }
    #expect(found == ["pt-BR", "pt", "pt-PT"])
    #expect(Plurals(of: "por").forms(of: "animal") == ["animais"])
  }

  @Test func termGoesBeforeWhatTheServerProtects() {
    let glossary = Glossary(terms(["COVID-19", "dog"]), pair: Self.pair)
    let text = "COVID-19 and COVID-20 at www.dog.org"
    let spans = Passage(text: text).protectingMarkup().protectedSpans
    let kept = Passage(text: text).protectingMarkup(except: [glossary]).protectedSpans
    #expect(spans.contains { $0.overlaps(0..<8) })
    #expect(kept == spans.filter { $0.lowerBound >= 8 })
  }

  private func places(_ targets: [String], in text: String) -> [String?] {
    let bytes = ByteText(text)
    let terms = targets.map { ClauseTerm(Term(source: "x", target: $0), kept: 0..<1, as: $0) }
    return ClauseTerm.places(of: terms, in: bytes).map { $0.map { bytes[$0.range] + "@\($0.range.lowerBound)" } }
  }

  @Test func longTermsArePlacedBeforeTheirParts() {
    #expect(places(["chat", "chat noir"], in: "Un chat noir.") == [nil, "chat noir@3"])
    #expect(places(["chat", "chat noir", "chat"], in: "Un chat noir, un chat.") == ["chat@17", "chat noir@3", nil])
  }

  @Test func placesAreWholeWords() {
    #expect(places(["été", "ét"], in: "Les étés, l’été") == ["été@\("Les étés, l’".utf8.count)", nil])
    #expect(places(["犬"], in: "これは犬です") == ["犬@9"])
    #expect(places(["C++", ".NET"], in: "En C++/.NET.") == ["C++@3", ".NET@7"])
  }

  @Test func glossaryOfTheLanguagesIsChosen() {
    let named = [
      Glossary(terms(["a"]), pair: Self.pair), Glossary(terms(["b"]), pair: LanguagePair(source: "de", target: "fr")),
    ]
    let request = RequestGlossaries(named, terms: terms(["c"]))
    #expect(request.glossaries(from: "en_us", to: "fr").map { $0.terms[0].source } == ["c", "a"])
    #expect(RequestGlossaries(named).glossaries(from: "en", to: "de").isEmpty)
  }
}
