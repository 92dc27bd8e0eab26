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

  @Test func glossaryOfTheLanguagesIsChosen() {
    let named = [
      Glossary(terms(["a"]), pair: Self.pair), Glossary(terms(["b"]), pair: LanguagePair(source: "de", target: "fr")),
    ]
    let request = RequestGlossaries(named, terms: terms(["c"]))
    #expect(request.glossaries(from: "en_us", to: "fr").map { $0.terms[0].source } == ["c", "a"])
    #expect(RequestGlossaries(named).glossaries(from: "en", to: "de").isEmpty)
  }
}
