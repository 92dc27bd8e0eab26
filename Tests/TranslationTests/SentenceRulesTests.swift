import Testing
import Translation

@Suite struct SentenceRulesTests {
  @Test(arguments: SentenceRules.files + ["default"])
  func everyFileIsRead(_ name: String) throws {
    let file = SentenceRulesFile(try #require(SentenceRules.text(name)))
    #expect(file.problems.isEmpty, "\(name)")
    #expect(file.rules != SentenceRules(), "\(name) says something")
    #expect(file.codes.isEmpty == (name == "default"))
    for code in file.codes { #expect(SentenceRules.of(code) == file.rules, "\(code) is only in \(name)") }
  }

  @Test func rulesAreFoundByLanguageCode() {
    let german = SentenceRules.of("de")
    #expect(german.ordinals.contains("mai"))
    #expect(SentenceRules.of("deu") == german)
    #expect(SentenceRules.of("de-AT") == german)
    #expect(SentenceRules.of("DE_ch") == german)
    #expect(SentenceRules.of("tlh") == SentenceRules.of(nil))
    #expect(SentenceRules.of("tlh").never.contains("dr"))
  }

  @Test func problemsAreReportedWithTheirLines() {
    let file = SentenceRulesFile("# rules\nnever: dr Prof\nnothing\nwords: a\n\nfinal: ;; U+37E\nnumbers:")
    #expect(
      file.problems == [
        "line 2: found \"Prof\", expected lower case",
        "line 3: found \"nothing\", expected \"name: words\"",
        "line 3: found the name \"nothing\", expected codes, never, numbers, mixed, starters, hours, dates, ordinals, letters or final",
        "line 4: found the name \"words\", expected codes, never, numbers, mixed, starters, hours, dates, ordinals, letters or final",
        "line 6: found \";;\", expected one character or U+ and its number",
        "line 7: found \"numbers:\", expected \"name: words\"",
      ])
    #expect(file.rules.final == ["\u{37E}"])
  }

  /// A text of two sentences with words that could be taken for the end of a sentence.
  @Test(arguments: [
    ("en", "Mr. Smith met Dr. Jones at 3.30 p.m. on Jan. 5.", "He paid $3.50 to J. K. Rowling, etc. in the U.S. Army."),
    ("en", "See No. 5, Fig. 3 and pp. 10.", "“Where?” he asked."),
    (
      "fr", "M. Dupont et Mme. Durand ont vu le Dr. Martin.", "Voir p. 12 et art. 5, av. J.-C. ou apr. J.-C. selon lui."
    ),
    ("fr", "Il a dit : « Venez ! » et il est parti.", "C'est p.ex. Paris, c.-à-d. la capitale…"),
    ("de", "Am 3. Mai traf ich z. B. Herrn Prof. Dr. Meier.", "Das war im 19. Jahrhundert, d.h. vor dem 1. Weltkrieg."),
    ("de", "Das kostet 1.234,50 Euro bzw. 5 Mio. Franken.", "Ludwig XIV. Klasse ist Unsinn."),
    ("pt", "O Sr. Silva e a Sra. Souza moram na Av. Brasil, nº 5.", "Veja a pág. 10 do vol. 2, p.ex. a Dra. Lima."),
    ("es", "El Sr. Pérez y la Dra. Gómez viven en EE. UU. desde ayer.", "¿Qué dice Ud. del núm. 5?"),
    ("it", "Il sig. Rossi e la dott.ssa Bianchi arrivano.", "Vedi pag. 5 e art. 3, cfr. Dante."),
    ("nl", "Dhr. Jansen en mevr. De Vries komen m.a.w. morgen.", "Zie blz. 5, d.w.z. Afb. 3."),
    ("pl", "Prof. Kowalski mieszka na ul. Długiej od 3. Maja.", "Zob. str. 5, tzn. Rys. 3."),
    ("cs", "Pan Dr. Novák přišel 3. Května.", "Viz str. 5, tzv. Sv. Václav."),
    ("ru", "Он живёт на ул. Ленина, г. Москва, с А. С. Пушкиным.", "См. стр. 5, т.е. Рис. 3."),
    ("uk", "Він живе на вул. Шевченка.", "Див. стор. 5 і рис. 3."),
    ("sv", "Hr. Svensson och Dr. Berg kom t.ex. Igår.", "Se s. 5 och fig. 3."),
    ("da", "Hr. Jensen kom den 3. Maj.", "Se s. 5, f.eks. Fig. 3."),
    ("fi", "Hra. Virtanen tuli 3. Toukokuuta.", "Ks. Kuva, esim. Helsinki."),
    ("hu", "Dr. Kovács 3. Május jött.", "Ld. a 5. oldalt, ill. Pécs."),
    ("ro", "Dl. Popescu și Dr. Ionescu vin.", "Vezi p. 5, art. 3."),
    ("tr", "Prof. Dr. Yılmaz 3. Mayıs geldi.", "Bkz. Ankara, s. 5."),
    ("el", "Ο κ. Παπαδόπουλος ήρθε;", "Ναι, π.χ. Χθες, σελ. 5."),
    ("ar", "هل جاء د. أحمد؟", "نعم، جاء أمس."),
    ("hi", "डॉ. शर्मा आए।", "वह घर गए।"),
    ("id", "Bpk. Ahmad tinggal di Jl. Sudirman no. 5.", "Lihat hlm. 5."),
    ("tlh", "Dr. Smith, vol. 5 ca. Paris.", "See e.g. Rome."),
    ("de", "Der Dr.-Ing. Weber zahlt 500 Euro zzgl. Müll.", "Mr. Smith kam am Hbf. Köln an."),
    ("es", "Mr. Smith y la Excma. Señora viven en la Ctra. Real.", "Vea el dpto. Central."),
    ("fr", "Le gén. Dubois a vu Mr. Smith, bld. Voltaire.", "La rte. Nationale est fermée."),
    ("pt", "O Pe. Silva e o Gov. Lima viram Mr. Smith.", "O des. Costa falou."),
    ("it", "La fam. Rossi sta in p.le Roma con Mr. Smith.", "L'on.le Bianchi parla."),
    ("nl", "Jhr. De Vries en Mrs. Smith komen.", "De fa. Jansen is dicht."),
    ("sv", "Mr. Smith arbetar på Apple Inc. Sverige och Volvo Corp. Europa.", "Han bor i St. Paul."),
    ("da", "Mr. Smith fra Apple Inc. Danmark kom.", "Se red. Jensen."),
    ("fi", "Mr. Smith tuli Apple Inc. Suomesta.", "Pr. Virtanen puhui."),
    ("pl", "Firma Apple Inc. Polska i mec. Nowak, ur. Kraków.", "Mr. Smith zm. Wczoraj."),
    ("cs", "Firma Apple Inc. Praha a MVDr. Novák.", "Viz ved. Odboru."),
    ("ro", "Firma Apple Inc. România și jud. Cluj.", "Com. Florești e aici."),
    ("hu", "Az Apple Inc. Budapest és ált. Iskola.", "Mr. Smith jött."),
    ("tr", "Apple Inc. Türkiye ve T.C. Ankara.", "Uzm. Dr. Yılmaz geldi."),
    ("ru", "Он работает в музее им. Пушкина.", "Это ред. Иванов, ген. Петров."),
    ("uk", "Він працює в музеї ім. Шевченка.", "Це ред. Іваненко."),
    ("bg", "Той живее в кв. Лозенец, бл. Пет.", "Това е ген. Петров."),
    ("id", "Prof. Ahmad datang.", "Ust. Salim pulang."), ("vi", "Th.S. Nam đến.", "Mr. Smith về."),
    ("ar", "هل جاء أ.د. أحمد؟", "نعم."), ("el", "Ο στρ. Παπαδόπουλος ήρθε.", "Ναι."),
    ("ca", "Viu a la ctra. Reial amb Mr. Smith.", "Sí."), ("sr", "Akad. Petrović je došao.", "Gen. Jović nije."),
  ])
  func sentencesOfALanguage(_ language: String, _ first: String, _ second: String) {
    #expect(SentenceSplitter(language: language).split(first + " " + second).pieces == [first, second])
  }

  @Test(arguments: [
    ("ja", "今日は晴れ。「はい。」と言った！行く？", ["今日は晴れ。", "「はい。」と言った！", "行く？"]),
    ("zh", "他来了。“好的。”她说：3.14很大！真的？", ["他来了。", "“好的。”她说：3.14很大！", "真的？"]),
    ("ko", "안녕하세요. 반갑습니다!", ["안녕하세요.", "반갑습니다!"]),
    ("de", "Er war 19. Dann ging er.", ["Er war 19.", "Dann ging er."]),
    ("de", "Ich mag. Du nicht.", ["Ich mag.", "Du nicht."]),
    ("sv", "Han köpte Apple Inc. Nu är han rik.", ["Han köpte Apple Inc.", "Nu är han rik."]),
    ("da", "Han købte Apple Inc. Det var dyrt.", ["Han købte Apple Inc.", "Det var dyrt."]),
    ("pl", "Kupił Apple Inc. Teraz jest bogaty.", ["Kupił Apple Inc.", "Teraz jest bogaty."]),
    ("cs", "Koupil Apple Inc. To bylo drahé.", ["Koupil Apple Inc.", "To bylo drahé."]),
    ("ro", "A cumpărat Apple Inc. Acum este bogat.", ["A cumpărat Apple Inc.", "Acum este bogat."]),
    ("tr", "Apple Inc. Bu iyi.", ["Apple Inc.", "Bu iyi."]),
    ("hu", "Vett egy Apple Inc. Most jó.", ["Vett egy Apple Inc.", "Most jó."]),
    ("fi", "Hän osti Apple Inc. Se oli kallis.", ["Hän osti Apple Inc.", "Se oli kallis."]),
    ("en", "It was 3. May I go?", ["It was 3.", "May I go?"]),
    ("en", "Wait... What? No.", ["Wait...", "What?", "No."]),
    ("es", "Dije que no. 5 personas vinieron.", ["Dije que no.", "5 personas vinieron."]),
  ])
  func fullStopsThatEndSentences(_ language: String, _ text: String, _ expected: [String]) {
    #expect(SentenceSplitter(language: language).split(text).pieces == expected)
  }
}
