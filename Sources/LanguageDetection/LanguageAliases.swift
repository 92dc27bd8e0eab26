/// The many names of one language: ISO 639-1 and 639-3, with or without a script or a region.
enum LanguageAliases {
  /// By what the detector says: other names for it, the closer ones first, all lower case and with hyphens.
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

  /// What a language that was detected is called in `names`; nil where it is not among them.
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
