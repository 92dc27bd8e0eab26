import Files
import Foundation
import Models

/// The languages of a model or a request, as lower-case codes: `en`, `zh_hant`.
package struct LanguagePair: Hashable, Sendable {
  package var source: String
  package var target: String

  package init(source: String, target: String) {
    self.source = source
    self.target = target
  }
}

extension LanguagePair {
  /// The pair of a model of which only the tokens matter.
  package static let undetermined = LanguagePair(source: "und", target: "und")

  /// Finds the languages of a model folder.
  ///
  /// Five sources are tried in this order:
  /// 1. `source_lang` and `target_lang` of `tokenizer_config.json`, or the languages of a package of Argos Translate.
  /// 2. The end of the folder's name, as in `opus-mt-en-fr` or `en-fr`.
  /// 3. Names of its files, as in `vocab.enpt.spm`.
  /// 4. `fallback`.
  /// 5. A folder's name like `enpt`.
  /// - Throws: `FileError` if none of them gives the pair.
  package init(folder: ModelFolder, fallback: LanguagePair?) throws {
    let found = try Self.configured(folder) ?? Self.named(folder.name) ?? Self.ofFiles(folder.names) ?? fallback
    guard let pair = found ?? Self.runTogether(Substring(folder.name)) else {
      throw FileError(
        file: folder.directory, item: "language pair",
        found: "no source_lang and target_lang in tokenizer_config.json, no name like opus-mt-en-fr or vocab.enfr.spm",
        expected: "one of them, or a pair given with the model")
    }
    self = pair
  }

  /// Reads two codes with a hyphen between them: `en-fr`, `en-zh_hant`, `pt-BR-en`, `zh-Hans-en`.
  ///
  /// A code with hyphens of its own has to be in the case of BCP 47, which tells scripts and regions from languages.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    let codes = parts.count == 2 ? parts : Self.joiningSubtags(parts)
    guard codes.count == 2, let source = Self.code(codes[0]), let target = Self.code(codes[1]) else { return nil }
    self.init(source: source, target: target)
  }

  /// Puts scripts and regions back to the languages before them; empty if there is another part.
  private static func joiningSubtags(_ parts: [String]) -> [String] {
    var codes: [String] = []
    for part in parts {
      let isSubtag = part.wholeMatch(of: /[A-Z][a-z]{3}|[A-Z]{2}|[0-9]{3}/) != nil
      guard isSubtag || part.wholeMatch(of: /[a-z]{2,3}(_[A-Za-z0-9]+)*/) != nil else { return [] }
      if isSubtag, let last = codes.indices.last { codes[last] += "-" + part } else { codes.append(part) }
    }
    return codes
  }

  private static func configured(_ folder: ModelFolder) throws -> LanguagePair? {
    if let package = try ArgosFormat.languages(of: folder) {
      guard let source = code(package.source), let target = code(package.target) else { return nil }
      return LanguagePair(source: source, target: target)
    }
    guard let file = folder.tokenizerConfiguration else { return nil }
    let source = try file.optionalString("source_lang").flatMap(code)
    let target = try file.optionalString("target_lang").flatMap(code)
    guard let source, let target else { return nil }
    return LanguagePair(source: source, target: target)
  }

  /// Either side alone, as the configuration or else the folder's name has it, for models of several targets. A target
  /// can be a group of languages: `ROMANCE`, `gmq`.
  static func sides(of folder: ModelFolder) throws -> (source: String?, target: String?) {
    let file = folder.tokenizerConfiguration
    let name = URL(fileURLWithPath: folder.directory).standardizedFileURL.lastPathComponent
    let parts = name.split(separator: "-").suffix(2).map(String.init)
    let named = parts.count == 2 ? (parts[0], parts[1]) : nil
    let source = try file?.optionalString("source_lang") ?? named?.0
    let target = try file?.optionalString("target_lang") ?? named?.1
    return (source.flatMap(code), target?.lowercased())
  }

  private static func named(_ name: String) -> LanguagePair? {
    let parts = name.split(separator: "-")
    // The longest first: `en-pt-BR` is not from Portuguese to Breton.
    return (2...mostParts).reversed().lazy.filter { $0 <= parts.count }
      .compactMap { LanguagePair(parts.suffix($0).joined(separator: "-")) }.first
  }

  /// Parts of two codes with a script and a region each.
  private static let mostParts = 6

  /// The pair in names like those of Firefox Translations: `vocab.enpt.spm`, `lex.50.50.enpt.s2t.bin`. Names of models
  /// are left out: Marian calls one `model.best.bin`, which is not from Belarusian to Sotho.
  private static func ofFiles(_ names: [String]) -> LanguagePair? {
    let pairs = names.compactMap { name -> LanguagePair? in
      let parts = name.split(separator: ".")
      guard parts.count > 2, let kind = parts.first, ["vocab", "srcvocab", "trgvocab", "lex"].contains(kind)
      else { return nil }
      return parts.dropFirst().lazy.compactMap(runTogether).first
    }
    return Set(pairs).count == 1 ? pairs.first : nil
  }

  /// The pair of two codes of two letters each, as in `enpt`.
  private static func runTogether(_ text: Substring) -> LanguagePair? {
    let codes = [text.prefix(2), text.dropFirst(2)].map(String.init)
    let areLanguages = codes.allSatisfy { $0.utf8.count == 2 && Locale.LanguageCode($0).isISOLanguage }
    return areLanguages ? LanguagePair(codes.joined(separator: "-")) : nil
  }

  /// The lower-case code, `zh_hant` for `zh-Hant`: a language of ISO 639 in two or three letters, then its script and
  /// region. Nil if the text is no code.
  private static func code(_ text: String) -> String? {
    let code = text.lowercased().replacing("-", with: "_")
    return code.utf8.count <= 16 && code.wholeMatch(of: /[a-z]{2,3}(_[a-z0-9]+)*/) != nil ? code : nil
  }
}
