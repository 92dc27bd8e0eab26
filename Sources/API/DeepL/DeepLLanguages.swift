import Translation

/// Languages as DeepL names them: in upper case, sources without a region.
enum DeepLLanguages {
  /// DeepL's clients refuse these targets without a region; a model that has none answers for each.
  private static let regions = ["en": ["EN-GB", "EN-US"], "pt": ["PT-BR", "PT-PT"]]

  static func source(_ code: String) -> String { LanguageCode(code).language.uppercased() }

  static func sources(_ pairs: [LanguagePair]) -> [String] {
    Set(pairs.map { source($0.source) }).sorted()
  }

  static func targets(_ pairs: [LanguagePair]) -> [String] {
    Set(pairs.flatMap { regions[$0.target.lowercased()] ?? [LanguageCode($0.target).text.uppercased()] }).sorted()
  }
}
