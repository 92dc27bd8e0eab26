/// Language codes as clients write them: in any case, with hyphen or underscore, or in LibreTranslate's short forms.
struct LanguageCode: Equatable {
  /// What LibreTranslate calls by a word of its own, and what detectors call by region though they mean the script.
  private static let aliases = [
    "pb": "pt-br", "zh": "zh-hans", "zh-cn": "zh-hans", "zt": "zh-hant", "zh-tw": "zh-hant",
  ]

  /// The language, then what tells its scripts and regions apart, in lower case.
  private let parts: [String]

  init(_ text: String) {
    func parted(_ code: String) -> [String] {
      code.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }.map(String.init)
    }
    let written = parted(text.lowercased())
    parts = Self.aliases[written.joined(separator: "-")].map(parted) ?? written
  }

  /// As BCP 47 writes it: `pt-BR`, `zh-Hans`.
  var text: String {
    parts.enumerated().map { index, part in
      guard index > 0 else { return part }
      return part.count == 2 ? part.uppercased() : part.count == 4 ? part.capitalized : part
    }.joined(separator: "-")
  }

  var language: String { parts[0] }

  /// What stands behind the language names no script, hence differs by region at most.
  private var isOfAnyScript: Bool { parts.dropFirst().allSatisfy { $0.count != 4 } }

  /// - Parameter codes: as the service has them.
  /// - Returns: the code of these that names the same, else the text in lower case.
  static func served(_ text: String, among codes: some Collection<String>) -> String {
    let lower = text.lowercased()
    guard !codes.contains(lower) else { return lower }
    let wanted = LanguageCode(lower)
    return codes.first { LanguageCode($0) == wanted } ?? lower
  }

  /// The same, else the language without its region, else the language of any region.
  static func servedInAnyRegion(_ text: String, among codes: some Collection<String>) -> String {
    let codes = Set(codes).sorted()
    let exact = served(text, among: codes)
    let wanted = LanguageCode(text)
    guard !codes.contains(exact), wanted.isOfAnyScript else { return exact }
    let relatives = codes.filter { LanguageCode($0).language == wanted.language && LanguageCode($0).isOfAnyScript }
    return relatives.min { ($0.utf8.count, $0) < ($1.utf8.count, $1) } ?? exact
  }
}
