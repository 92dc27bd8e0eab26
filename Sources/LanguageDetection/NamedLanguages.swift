/// The languages that a caller serves, by its own names for them.
package struct NamedLanguages: Sendable {
  /// How much likelier a long text is in one of these languages than in another, before anything is known of it. For a
  /// word of at most `wordCharacters`, which can be a name, it is `wordFavour`.
  private static let favour = 20.0
  private static let wordFavour = 100.0
  private static let wordCharacters = 5.0
  /// The most that a served language is favoured by if it lists no word of a text of which another language lists one:
  /// a word that begins with a capital can be a name.
  private static let unlistedFavour = 1.0
  private static let unlistedNameFavour = 60.0
  /// How much less likely such a word is in a language that lacks one of its letters.
  private static let wordDoubt = 50.0
  /// The probability from which a long text is taken to be in none of these languages, and what a short word needs more.
  private static let sure = 0.7
  private static let surerOfWord = 0.1

  /// The names by the codes of the detector.
  private let names: [String: String]
  /// The languages of the detector.
  private let languages: [String]
  /// For each language of the detector, whether it has a name.
  private let isNamed: [Bool]

  /// - Parameter names: codes of any standard that `LanguageAliases` knows.
  package init(_ names: Set<String>, of detector: LanguageDetector) {
    let aliases = LanguageAliases(names)
    let known: [String: String] = detector.languages.reduce(into: [:]) { known, language in
      known[language] = aliases.name(of: language)
    }
    self.names = known
    languages = detector.languages
    isNamed = detector.languages.map { known[$0] != nil }
  }

  /// Returns the probabilities of all languages, (languages), for a text that is likely in one of these languages.
  ///
  /// A language that lacks one of its letters is less likely. That counts less in a sentence, where names can have others.
  /// - Parameter listed: for each language, whether it lists a word of the text.
  func favoured(_ shares: [Double], listed: [Bool], of text: String) -> [Double] {
    let shortness = Self.shortness(of: text)
    var favour = Self.favour + (Self.wordFavour - Self.favour) * shortness
    if listed.contains(true), !zip(listed, isNamed).contains(where: { $0 && $1 }) {
      let isName = text.first { $0.isLetter }?.isUppercase ?? false
      favour = min(favour, isName ? Self.unlistedNameFavour : Self.unlistedFavour)
    }
    let doubt = 1 + Self.wordDoubt * shortness
    let letters = Alphabets.letters(of: text)
    let weighed = shares.indices.map { language in
      if !Alphabets.has(letters, in: languages[language]) { return shares[language] / doubt }
      return isNamed[language] ? shares[language] * favour : shares[language]
    }
    let sum = weighed.reduce(0, +)
    return sum > 0 ? weighed.map { $0 / sum } : weighed
  }

  /// Returns the languages by their names, the most likely first. Two languages of the detector can have one name;
  /// others keep the detector's code and are marked as not served. A language that is served is before the others unless
  /// the text is surely in one of them.
  func named(_ found: [(language: String, share: Double)], of text: String) -> [DetectedLanguage] {
    let shares = found.reduce(into: [DetectedLanguage: Double]()) { shares, found in
      let name = names[found.language]
      let language = DetectedLanguage(language: name ?? found.language, confidence: 0, isServed: name != nil)
      shares[language, default: 0] += found.share
    }
    let named = shares.map { language, share in
      DetectedLanguage(language: language.language, confidence: share, isServed: language.isServed)
    }
    let sorted = named.sorted { ($1.confidence, $0.language) < ($0.confidence, $1.language) }
    let foreign = sorted.reduce(0) { $1.isServed ? $0 : $0 + $1.confidence }
    let sure = Self.sure + Self.surerOfWord * Self.shortness(of: text)
    guard foreign < sure, let first = sorted.first(where: \.isServed) else { return sorted }
    return [first] + sorted.filter { $0 != first }
  }

  /// 1 for a word of at most `wordCharacters`, less for longer texts.
  private static func shortness(of text: String) -> Double {
    wordCharacters / max(Double(text.unicodeScalars.count), wordCharacters)
  }
}

/// The names of one language: ISO 639-1 and 639-3, with or without a script or a region.
private struct LanguageAliases {
  /// Other names by the code of the detector, closer names first, in lower case and with hyphens. Last are close relatives
  /// that the detector does not know, such as Galician.
  private static let names: [String: [String]] = [
    "am": ["amh"], "ar": ["ara", "arb", "arz"], "bg": ["bul", "mk"], "bn": ["ben"], "ca": ["cat"], "cs": ["ces"],
    "da": ["dan", "fo"], "de": ["deu"], "el": ["ell"], "en": ["eng"], "es": ["spa", "ast"], "et": ["est"],
    "fa": ["fas", "pes", "prs"], "fi": ["fin"], "fr": ["fra"], "gu": ["guj"], "he": ["heb", "iw"],
    "hi": ["hin", "ne"], "hr": ["hrv", "sh", "hbs", "bs"], "hu": ["hun"], "hy": ["hye"], "id": ["ind", "ms", "msa"],
    "it": ["ita", "scn"], "ja": ["jpn", "jap"], "ka": ["kat"], "km": ["khm"], "kn": ["kan"], "ko": ["kor"],
    "lo": ["lao"], "lt": ["lit"], "lv": ["lav"], "ml": ["mal"], "mr": ["mar"], "my": ["mya"],
    "nb": ["nob", "no", "nor", "nn"], "nl": ["nld", "af"], "pa": ["pan"], "pl": ["pol"],
    "pt": ["por", "pt-br", "pt-pt", "pb", "gl"], "ro": ["ron"], "ru": ["rus"], "si": ["sin"], "sk": ["slk"],
    "sl": ["slv"], "sr": ["srp", "sh", "hbs"], "sv": ["swe"], "sw": ["swa", "swh"], "ta": ["tam"], "te": ["tel"],
    "th": ["tha"], "tr": ["tur", "az"], "uk": ["ukr", "be"], "ur": ["urd"], "vi": ["vie"],
    "zh-hans": ["zh", "zh-cn", "zho", "cmn", "cmn-hans", "zh-sg"],
    "zh-hant": ["zt", "zh-tw", "zh-hk", "cmn-hant", "zh", "zho", "cmn"],
  ]

  private let spellings: Set<String>
  /// The first of the caller's names by its plain form, and by its language alone.
  private let byName: [String: String]
  private let byLanguage: [String: String]

  init(_ names: Set<String>) {
    let plain = names.sorted().map { (name: $0, plain: Self.plain($0)) }
    spellings = names
    byName = Dictionary(plain.map { ($0.plain, $0.name) }) { first, _ in first }
    byLanguage = Dictionary(plain.map { (String($0.plain.prefix { $0 != "-" }), $0.name) }) { first, _ in first }
  }

  /// Returns the caller's name for a language of the detector; nil if it has none.
  func name(of language: String) -> String? {
    if spellings.contains(language) { return language }
    let language = language.lowercased()
    let known = [language] + (Self.names[language] ?? [])
    return known.lazy.compactMap { byName[$0] }.first ?? known.lazy.compactMap { byLanguage[$0] }.min()
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().replacing("_", with: "-")
  }
}
