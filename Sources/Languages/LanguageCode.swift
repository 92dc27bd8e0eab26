import Foundation

/// A language as programs write it: `pt-BR`, `pt_br`, `pob`, `por_Latn`. Two codes are equal if they name one language.
///
/// Codes are read as BCP 47 tags in any case, with hyphen or underscore, and reduced to the shortest tag. The codes of
/// ISO 639-3, FLORES-200 and LibreTranslate are understood, and codes that are out of use.
package struct LanguageCode: Hashable, Sendable {
  /// Codes of LibreTranslate, OPUS-MT and M2M-100, names that ISO 639 has withdrawn, and languages that others contain.
  private static let aliases = [
    "pb": "pt-br", "pob": "pt-br", "zt": "zh-hant", "no": "nb", "nor": "nb", "iw": "he", "in": "id", "ji": "yi",
    "jw": "jv", "mo": "ro", "fil": "tl", "ns": "nso", "cmn": "zh",
  ]
  /// Scripts that a region implies if the code names none.
  private static let scriptsOfChinese = [
    "cn": "hans", "sg": "hans", "my": "hans", "tw": "hant", "hk": "hant", "mo": "hant",
  ]
  /// The most bytes of a code; a longer text is no code.
  package static let maxBytes = 64

  /// The language, then its script and region, in lower case.
  private let parts: [String]

  package init(_ text: String) {
    let written = text.lowercased().split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
      .map(String.init)
    parts = text.utf8.count <= Self.maxBytes ? Self.reduced(written) : [text.lowercased()]
  }

  private init(parts: [String]) { self.parts = parts }

  /// The code as BCP 47 writes it: `pt-BR`, `zh-Hans`.
  package var text: String {
    parts.enumerated().map { index, part in
      guard index > 0 else { return part }
      return part.utf8.count == 2 ? part.uppercased() : part.utf8.count == 4 ? part.capitalized : part
    }.joined(separator: "-")
  }

  /// The code as models have it: `pt_br`.
  package var underscored: String { parts.joined(separator: "_") }

  package var language: String { parts[0] }

  /// The language in any region; nil if the code names none.
  package var withoutRegion: LanguageCode? {
    guard parts.count > 1, let last = parts.last, Self.isRegion(last) else { return nil }
    return LanguageCode(parts: Array(parts.dropLast()))
  }

  /// The script; nil if the code names none, because it is the language's usual one.
  package var script: String? { parts.dropFirst().first { $0.utf8.count == 4 } }

  /// The English name (`pt-BR` is Brazilian Portuguese), or the code if it has none.
  package var englishName: String {
    LanguageTable.standard.name(ofTag: parts.joined(separator: "-"))
      ?? Locale(identifier: "en").localizedString(forIdentifier: text) ?? text
  }

  // MARK: Reading

  private static func reduced(_ written: [String]) -> [String] {
    let table = LanguageTable.standard
    let whole = aliased(written)
    var rest = whole.dropFirst()
    let script = rest.first.flatMap { $0.utf8.count == 4 ? $0 : nil }
    if script != nil { rest = rest.dropFirst() }
    if let script, let tag = table.tag(whole[0], script: script) { return parted(tag) + rest }
    let language = aliased(parted(table.shortest(whole[0])))
    if language == ["zh"] { return chinese(script: script, rest) }
    guard let script, !table.isUsual(script: script, of: language[0]) else { return language + rest }
    return language + [script] + rest
  }

  /// Chinese is Simplified unless the code says otherwise. Its region is left out if it says no more than the script.
  private static func chinese(script: String?, _ rest: ArraySlice<String>) -> [String] {
    let implied = rest.first.flatMap { scriptsOfChinese[$0] }
    guard let script else { return ["zh", implied ?? "hans"] + (implied == nil ? rest : rest.dropFirst()) }
    return ["zh", script] + rest
  }

  private static func aliased(_ parts: [String]) -> [String] {
    aliases[parts[0]].map { parted($0) + parts.dropFirst() } ?? parts
  }

  private static func parted(_ tag: String) -> [String] {
    tag.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
  }

  private static func isRegion(_ part: String) -> Bool {
    part.utf8.count == 2 || (part.utf8.count == 3 && part.utf8.allSatisfy { (0x30...0x39).contains($0) })
  }
}
