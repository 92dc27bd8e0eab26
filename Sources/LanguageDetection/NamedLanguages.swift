/// The languages that a caller chooses among, by its own names for them.
package struct NamedLanguages: Sendable {
  /// The names by the codes of the detector.
  private let names: [String: String]

  /// - Parameter names: codes of any standard that `LanguageAliases` knows. Other languages are never found.
  package init(_ names: Set<String>, of detector: LanguageDetector) {
    self.names = detector.languages.reduce(into: [:]) { known, language in
      known[language] = LanguageAliases.name(of: language, among: names)
    }
  }

  /// Returns the languages by their names, the most likely first. Two languages of the detector can have one name.
  func named(_ found: [(language: String, share: Double)]) -> [DetectedLanguage] {
    let shares = found.reduce(into: [String: Double]()) { shares, found in
      if let name = names[found.language] { shares[name, default: 0] += found.share }
    }
    return shares.map(DetectedLanguage.init).sorted { ($1.confidence, $0.language) < ($0.confidence, $1.language) }
  }
}

/// The names of one language: ISO 639-1 and 639-3, with or without a script or a region.
private enum LanguageAliases {
  /// Other names by the code of the detector, closer names first, in lower case and with hyphens.
  private static let names: [String: [String]] = [
    "ar": ["ara", "arb"], "bg": ["bul"], "bn": ["ben"], "ca": ["cat"], "cs": ["ces"], "da": ["dan"], "de": ["deu"],
    "el": ["ell"], "en": ["eng"], "es": ["spa"], "et": ["est"], "fa": ["fas", "pes"], "fi": ["fin"], "fr": ["fra"],
    "he": ["heb", "iw"], "hi": ["hin"], "hr": ["hrv", "sh", "hbs", "bs"], "hu": ["hun"], "id": ["ind", "ms", "msa"],
    "it": ["ita"], "ja": ["jpn", "jap"], "ko": ["kor"], "lt": ["lit"], "lv": ["lav"], "mr": ["mar"],
    "nb": ["nob", "no", "nor"], "nl": ["nld"], "pl": ["pol"], "pt": ["por", "pt-br", "pt-pt", "pb"], "ro": ["ron"],
    "ru": ["rus"], "sk": ["slk"], "sl": ["slv"], "sr": ["srp", "sh", "hbs"], "sv": ["swe"], "sw": ["swa", "swh"],
    "ta": ["tam"], "te": ["tel"], "th": ["tha"], "tr": ["tur"], "uk": ["ukr"], "ur": ["urd"], "vi": ["vie"],
    "zh-hans": ["zh", "zh-cn", "zho", "cmn", "cmn-hans", "zh-sg"],
    "zh-hant": ["zt", "zh-tw", "zh-hk", "cmn-hant", "zh", "zho", "cmn"],
  ]

  /// Returns the name in `names` of a language that was detected; nil if it is not among them.
  static func name(of language: String, among names: Set<String>) -> String? {
    if names.contains(language) { return language }
    let language = language.lowercased()
    let known = [language] + (self.names[language] ?? [])
    let sorted = names.sorted()
    for code in known {
      if let name = sorted.first(where: { plain($0) == code }) { return name }
    }
    return sorted.first { known.contains(String(plain($0).prefix { $0 != "-" })) }
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().replacing("_", with: "-")
  }
}
