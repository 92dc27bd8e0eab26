import Foundation

/// What `/languages` calls a language.
enum LanguageName {
  /// The English name of a language code (BCP 47, as in "pt-BR"), or the code where it has none.
  static func english(_ code: String) -> String {
    Locale(identifier: "en").localizedString(forIdentifier: LanguageCode(code).text) ?? code
  }
}
