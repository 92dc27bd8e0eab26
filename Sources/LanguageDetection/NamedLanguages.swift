/// Languages to choose among, by the names that a caller has for them.
package struct NamedLanguages: Sendable {
  /// By what the detector says.
  private let names: [String: String]

  /// - Parameter names: codes of any standard that `LanguageAliases` knows; those of other languages are never found.
  package init(_ names: Set<String>, of detector: LanguageDetector) {
    self.names = detector.languages.reduce(into: [:]) { known, language in
      known[language] = LanguageAliases.name(of: language, among: names)
    }
  }

  /// How likely each is; two of the detector's languages may have one name.
  func named(_ found: [(language: String, share: Double)]) -> [DetectedLanguage] {
    let shares = found.reduce(into: [String: Double]()) { shares, found in
      if let name = names[found.language] { shares[name, default: 0] += found.share }
    }
    return shares.map(DetectedLanguage.init).sorted { ($1.confidence, $0.language) < ($0.confidence, $1.language) }
  }
}
