import Testing

@testable import Translation

/// The short words in front of terms.
struct TermJointTests {
  private func joined(_ text: String, _ term: String, _ language: String = "fr") -> String {
    guard let joint = TermJoints(of: language).joint(after: text[...], before: term) else { return text + term }
    return String(decoding: text.utf8.dropLast(joint.bytes), as: UTF8.self) + joint.text + term
  }

  @Test(arguments: [
    ("dans la ", "école", "dans l'école"), ("Le ", "animal", "L'animal"), ("que ", "une école", "qu'une école"),
    ("il ne ", "aime", "il n'aime"), ("de ", "eau", "d'eau"), ("du ", "océan", "de l'océan"),
    ("au ", "hôpital", "à l'hôpital"), ("le ", "héros", "le héros"), ("le ", "onze", "le onze"),
    ("le ", "yaourt", "le yaourt"), ("ce ", "arbre", "cet arbre"), ("sa ", "auto", "son auto"),
    ("l'", "chien", "le chien"), ("L'", "maison", "La maison"), ("de l'", "chien", "du chien"),
    ("à l'", "station", "à la station"), ("de le ", "chien", "du chien"), ("à les ", "chiens", "aux chiens"),
    ("de le ", "école", "de l'école"), ("d'", "chien", "de chien"), ("cet ", "chien", "ce chien"),
    ("la ", "le chien", "le chien"), ("du ", "la cuisine", "de la cuisine"), ("à ", "école", "à école"),
    ("le ", "12e", "le 12e"), ("mangele ", "école", "mangele école"), ("", "école", "école"),
    ("la ", "cuisine d’été", "la cuisine d’été"), ("la ", "école d’été", "l’école d’été"),
  ])
  func frenchWordsAreElided(_ text: String, _ term: String, _ expected: String) {
    #expect(joined(text, term, "fr") == expected)
    #expect(joined(text, term, "fra-CA") == expected)
  }

  @Test(arguments: [
    ("pt", "de o ", "gato", "do gato"), ("pt_br", "Em a ", "casa", "Na casa"), ("pt", "o ", "animal", "o animal"),
    ("en", "a ", "apple", "an apple"), ("en", "An ", "pear", "A pear"), ("en", "a ", "unit", "a unit"),
    ("en", "a ", "hour", "an hour"), ("en", "the ", "apple", "the apple"), ("it", "lo ", "amico", "l'amico"),
    ("it", "il ", "zaino", "lo zaino"), ("it", "del ", "albero", "dell'albero"), ("it", "l'", "gatto", "il gatto"),
    ("it", "l'", "casa", "la casa"), ("de", "der ", "Apfel", "der Apfel"),
  ])
  func wordsOfOtherLanguagesFit(_ language: String, _ text: String, _ term: String, _ expected: String) {
    #expect(joined(text, term, language) == expected)
  }

  @Test func misfitsAreMoreThanSpelling() {
    let french = TermJoints(of: "fr")
    #expect(french.misfits(before: "école").isEmpty)
    #expect(french.misfits(before: "chien") == ["l'": ["le", "la"], "l": ["le", "la"]])
    #expect(french.misfits(before: "la cuisine")["le"] == [])
    #expect(TermJoints(of: "it").misfits(before: "gatto")["dell'"] == ["del", "della"])
    #expect(TermJoints(of: "de").misfits(before: "Apfel").isEmpty)
  }
}
