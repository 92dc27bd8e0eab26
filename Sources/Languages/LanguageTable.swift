import Foundation
import Resources

/// The names of languages, and the codes that corpora and checkpoints give them.
///
/// `CResources/files/languages.tsv` has a line per language of FLORES-200 (NLLB Team 2022, arXiv:2207.04672): its tag by
/// BCP 47, its FLORES code, and its English name. The order is that of the ids of NLLB-200. Other languages have the
/// names of Unicode's CLDR.
package struct LanguageTable: Sendable {
  package static let standard = LanguageTable(Resource("languages.tsv")?.text ?? "")

  /// The codes of FLORES-200 in the order of the file: `ace_Arab`.
  package let codes: [String]
  /// English names by tag in lower case: `zh-hans`.
  private let names: [String: String]
  /// Tags in lower case by language of three letters and script: `zho-hans`.
  private let tags: [String: String]
  /// Tags in lower case by language of three letters, if FLORES has the language in one script alone.
  private let onlyTags: [String: String]
  /// Scripts in lower case that a tag without a script stands for.
  private let scripts: [String: String]

  private init(_ text: String) {
    var names: [String: String] = [:]
    var tags: [String: String] = [:]
    var scripts: [String: String] = [:]
    var all: [String: [String]] = [:]
    var codes: [String] = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t")
      guard fields.count == 3 else { continue }
      codes.append(String(fields[1]))
      let (tag, code) = (fields[0].lowercased(), fields[1].lowercased().split(separator: "_").map(String.init))
      guard code.count == 2 else { continue }
      names[tag] = String(fields[2])
      tags[code[0] + "-" + code[1]] = tag
      all[code[0], default: []].append(tag)
      if !tag.contains("-") { scripts[tag] = code[1] }
    }
    self.codes = codes
    self.names = names
    self.tags = tags
    self.scripts = scripts
    onlyTags = all.compactMapValues { $0.count == 1 ? $0[0] : nil }
  }

  func name(ofTag tag: String) -> String? { names[tag] }

  /// The tag of a language with its script, such as `zh-hans` of `zho` and `hans`; nil if FLORES has none.
  func tag(_ language: String, script: String) -> String? { tags[language + "-" + script] }

  /// The language of two letters if there is one, such as `ar` of `arb`.
  func shortest(_ language: String) -> String {
    guard language.utf8.count == 3 else { return language }
    if let tag = onlyTags[language] { return tag }
    return Locale.LanguageCode(language).identifier(.alpha2) ?? language
  }

  /// Whether a language without a script is the language in this script.
  func isUsual(script: String, of language: String) -> Bool { scripts[language] == script }
}
