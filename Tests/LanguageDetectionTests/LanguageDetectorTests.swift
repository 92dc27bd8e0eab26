import LanguageDetection
import Testing

struct LanguageDetectorTests {
  private let detector: LanguageDetector

  init() throws { detector = try LanguageDetector.standard.get() }

  /// Sentences written for this test.
  private static let sentences = [
    ("ar", "ذهبت أمي صباح اليوم إلى السوق لتشتري الخبز والفاكهة"),
    ("bg", "Вчера вечерта времето беше студено и валеше дъжд над града"),
    ("bn", "আজ সকালে আমার মা বাজারে গিয়ে রুটি আর ফল কিনেছেন"),
    ("ca", "Aquest matí la meva mare ha anat al mercat a comprar pa i fruita"),
    ("cs", "Dnes ráno šla moje matka na trh koupit chléb a čerstvé ovoce"),
    ("da", "I morges gik min mor på markedet for at købe brød og noget frugt"),
    ("de", "Heute Morgen ist meine Mutter auf den Markt gegangen, um Brot zu kaufen"),
    ("el", "Σήμερα το πρωί η μητέρα μου πήγε στην αγορά για ψωμί και φρούτα"),
    ("en", "This morning my mother went to the market to buy bread and fruit"),
    ("es", "Esta mañana mi madre ha ido al mercado a comprar pan y fruta"),
    ("et", "Täna hommikul läks mu ema turule leiba ja puuvilju ostma"),
    ("fa", "امروز صبح مادرم برای خریدن نان و میوه به بازار رفت"),
    ("fi", "Tänä aamuna äitini meni torille ostamaan leipää ja hedelmiä"),
    ("fr", "Ce matin, ma mère est allée au marché pour acheter du pain et des fruits"),
    ("he", "הבוקר אמא שלי הלכה לשוק לקנות לחם ופירות"),
    ("hi", "आज सुबह मेरी माँ रोटी और फल खरीदने के लिए बाज़ार गई"),
    ("hr", "Jutros je moja majka otišla na tržnicu kupiti kruh i svježe voće"),
    ("hu", "Ma reggel anyám elment a piacra kenyeret és gyümölcsöt venni"),
    ("id", "Tadi pagi ibu saya pergi ke pasar untuk membeli roti dan buah"),
    ("it", "Stamattina mia madre è andata al mercato a comprare il pane e la frutta"),
    ("ja", "今朝、母はパンと果物を買いに市場へ行きました"),
    ("ko", "오늘 아침 어머니는 빵과 과일을 사러 시장에 가셨다"),
    ("lt", "Šįryt mano mama nuėjo į turgų nusipirkti duonos ir vaisių"),
    ("lv", "Šorīt mana māte aizgāja uz tirgu nopirkt maizi un augļus"),
    ("mr", "आज सकाळी माझी आई भाकरी आणि फळे विकत घेण्यासाठी बाजारात गेली"),
    ("nb", "I dag tidlig gikk moren min til torget for å kjøpe brød og noen epler"),
    ("nl", "Vanmorgen is mijn moeder naar de markt gegaan om brood en fruit te kopen"),
    ("pl", "Dziś rano moja mama poszła na targ kupić chleb i świeże owoce"),
    ("pt", "Hoje de manhã a minha mãe foi ao mercado comprar pão e fruta"),
    ("ro", "Azi dimineață mama mea s-a dus la piață să cumpere pâine și fructe"),
    ("ru", "Сегодня утром моя мама пошла на рынок купить хлеба и фруктов"),
    ("sk", "Dnes ráno išla moja mama na trh kúpiť chlieb a čerstvé ovocie"),
    ("sl", "Danes zjutraj je moja mama šla na tržnico kupit kruh in sadje"),
    ("sr", "Јутрос је моја мајка отишла на пијацу да купи хлеб и воће"),
    ("sv", "I morse gick min mamma till torget för att köpa bröd och frukt"),
    ("sw", "Leo asubuhi mama yangu alienda sokoni kununua mkate na matunda"),
    ("ta", "இன்று காலை என் அம்மா ரொட்டியும் பழங்களும் வாங்க சந்தைக்குச் சென்றார்"),
    ("te", "ఈ ఉదయం మా అమ్మ రొట్టె, పండ్లు కొనడానికి మార్కెట్‌కు వెళ్ళింది"),
    ("th", "เช้านี้แม่ของฉันไปตลาดเพื่อซื้อขนมปังและผลไม้"),
    ("tr", "Bu sabah annem ekmek ve meyve almak için pazara gitti"),
    ("uk", "Сьогодні вранці моя мама пішла на ринок купити хліба та фруктів"),
    ("ur", "آج صبح میری ماں روٹی اور پھل خریدنے کے لیے بازار گئی ہیں"),
    ("vi", "Sáng nay mẹ tôi đã đi chợ để mua bánh mì và trái cây"),
    ("zh-Hans", "今天早上我妈妈去市场买面包和水果"),
    ("zh-Hant", "今天早上我媽媽去市場買麵包和水果"),
  ]

  /// Closely related languages are confused now and then; models/languages.md says how often.
  @Test func sentencesAreDetected() {
    let wrong = Self.sentences.filter { detector.detect($0.1).first?.language != $0.0 }.map(\.0)
    #expect(wrong.count <= 1, "\(wrong)")
  }

  @Test func everyLanguageIsTested() {
    let ofLoneScripts = ["am", "gu", "hy", "ka", "km", "kn", "lo", "ml", "my", "pa", "si"]
    #expect(Set(detector.languages) == Set(Self.sentences.map(\.0) + ofLoneScripts))
  }

  @Test func caseIsIgnored() {
    for (_, sentence) in Self.sentences where !sentence.contains("ß") {
      #expect(detector.detect(sentence.uppercased()).first == detector.detect(sentence).first, "\(sentence)")
    }
  }

  @Test func confidencesAreProbabilities() {
    for (_, sentence) in Self.sentences {
      let found = detector.detect(String(sentence.prefix(12)))
      #expect(abs(found.reduce(0) { $0 + $1.confidence } - 1) < 1e-9)
      #expect(found == found.sorted { $0.confidence > $1.confidence })
    }
  }

  @Test func shorterTextHasLowerConfidence() throws {
    let short = try #require(detector.detect("la").first)
    let long = try #require(detector.detect("La maison de ma grand-mère est au bord de la mer").first)
    #expect(short.confidence < 0.9)
    #expect(long.confidence > 0.95)
  }

  @Test(arguments: ["", " ", "12 + 30 = 42", "🙂🙃", "…", "\u{0}", "ᏣᎳᎩ"])
  func textWithoutKnownLettersHasNoLanguage(text: String) {
    #expect(detector.detect(text).isEmpty)
  }

  @Test func servedLanguagesAreNamedAndLikelier() throws {
    let text = "La maison de ma grand-mère"
    let found = detector.detect(text, served: NamedLanguages(["fra", "en"], of: detector))
    #expect(found.first?.language == "fra")
    #expect(found.first?.isServed == true)
    #expect(found.first { $0.language == "es" }?.isServed == false)
    let all = try #require(detector.detect(text).first { $0.language == "fr" })
    #expect(try #require(found.first).confidence >= all.confidence)
  }

  @Test(arguments: [("no", "pt"), ("no", "es"), ("animal", "pt"), ("hotel", "de"), ("taxi", "fr"), ("problema", "it")])
  func ambiguousWordIsOfTheServedLanguage(text: String, served: String) {
    #expect(detector.detect(text, served: NamedLanguages([served], of: detector)).first?.language == served)
  }

  @Test func clearSentenceIsOfItsLanguageEvenIfNotServed() {
    let served = NamedLanguages(["en", "pt"], of: detector)
    for (language, sentence) in Self.sentences where !["en", "pt"].contains(language) {
      let found = detector.detect(sentence, served: served).first
      #expect(found?.isServed == false, "\(language): \(String(describing: found))")
    }
  }

  /// Short texts between others are most likely in their language.
  @Test func textsAreAPriorForEachOther() {
    let danish = ["Jeg vil gerne bestille et bord til i aften.", "Hvad koster det?", "hej", "barn", "i morgen"]
    let norwegian = ["Jeg vil gjerne bestille et bord til i kveld.", "Hva koster det?", "barn", "i morgen"]
    #expect(detector.detect(danish).map { $0.first?.language } == danish.map { _ in "da" })
    #expect(detector.detect(norwegian).map { $0.first?.language } == norwegian.map { _ in "nb" })
  }

  @Test func longTextKeepsItsLanguageBetweenOthers() {
    let english = Array(repeating: "This is the house that Jack built.", count: 50)
    let texts = english + ["Das ist das Haus, das Jakob gebaut hat.", "12:30"]
    let found = detector.detect(texts)
    #expect(found.count == texts.count)
    #expect(found[49].first?.language == "en")
    #expect(found[50].first?.language == "de")
    #expect(found[51].isEmpty)
    #expect(detector.detect([], served: nil).isEmpty)
  }

  @Test(arguments: [
    ("ka", "დილა მშვიდობისა"), ("hy", "Բարի լույս"), ("gu", "સુપ્રભાત"), ("pa", "ਸ਼ੁਭ ਸਵੇਰ"), ("kn", "ಶುಭೋದಯ"),
    ("ml", "സുപ്രഭാതം"), ("si", "සුභ උදෑසනක්"), ("km", "អរុណសួស្តី"), ("lo", "ສະບາຍດີ"), ("my", "မင်္ဂလာနံနက်ခင်းပါ"),
    ("am", "እንደምን አደርክ"),
  ])
  func scriptOfOneLanguageIsDetected(language: String, text: String) {
    #expect(detector.detect(text).first == DetectedLanguage(language: language, confidence: 1))
  }

  @Test(arguments: [
    ("今天早上我妈妈去市场买面包", "zh", ["en", "zh"]), ("今天早上我媽媽去市場買麵包", "zh_TW", ["zh_CN", "zh_TW"]),
    ("I dag tidlig gikk moren min til torget", "no", ["no", "sv"]),
    ("Hoje de manhã fui ao mercado", "pt-br", ["pt-br"]),
    ("Hoje de manhã fui ao mercado", "por_Latn", ["por_Latn"]), ("Hoje de manhã fui ao mercado", "gl", ["en", "gl"]),
  ])
  func languageIsFoundByItsAliases(text: String, name: String, served: [String]) {
    #expect(detector.detect(text, served: NamedLanguages(Set(served), of: detector)).first?.language == name)
  }

  @Test func languagesWithOneNameAddTheirConfidence() throws {
    let text = "今天"
    let all = detector.detect(text).filter { $0.language.hasPrefix("zh") }
    #expect(all.count == 2)
    let one = try #require(detector.detect(text, served: NamedLanguages(["zh", "ja"], of: detector)).first)
    #expect(one.language == "zh")
    #expect(abs(one.confidence - all.reduce(0) { $0 + $1.confidence }) < 1e-9)
  }

  @Test func foreignNameDoesNotChangeTheLanguage() {
    #expect(detector.detect("Он купил новый iPhone в магазине Apple").first?.language == "ru")
    #expect(detector.detect("新しいiPhoneをApple Storeで買いました").first?.language == "ja")
  }

  @Test func longAndHostileTextIsDetected() {
    #expect(
      detector.detect(String(repeating: "This is the house that Jack built. ", count: 30_000)).first?.language == "en")
    let scalars = (0..<200_000).compactMap { Unicode.Scalar(UInt32($0 * 37 % 0x11_0000)) }
    _ = detector.detect(String(String.UnicodeScalarView(scalars)))
    _ = detector.detect(String(repeating: "\u{301}", count: 100_000))
  }
}
