import Files
import Foundation

extension LanguagePair {
  /// The languages of a model folder: `source_lang` and `target_lang` of its `tokenizer_config.json`, else the end of
  /// its name, as in `opus-mt-en-fr` or `en-fr`, else its files' names, as in `vocab.enpt.spm`, else `fallback`, else a
  /// name like `enpt`.
  /// - Throws: `FileError` where none of them says.
  package init(folder: String, fallback: LanguagePair?) throws {
    let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
    let said = try Self.configured(folder) ?? Self.named(name) ?? Self.ofFiles(folder) ?? fallback
    guard let pair = said ?? Self.runTogether(Substring(name)) else {
      throw FileError(
        file: folder, item: "language pair",
        found: "no source_lang and target_lang in tokenizer_config.json, no name like opus-mt-en-fr or vocab.enfr.spm",
        expected: "one of them, or a pair given with the model")
    }
    self = pair
  }

  /// As in "en-fr".
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { String($0).lowercased() }
    guard parts.count == 2, parts.allSatisfy(Self.isCode) else { return nil }
    self.init(source: parts[0], target: parts[1])
  }

  private static func configured(_ folder: String) throws -> LanguagePair? {
    guard let file = try ConfigurationFile(ifPresent: folder + "/tokenizer_config.json") else { return nil }
    let source = try file.optionalString("source_lang")?.lowercased()
    let target = try file.optionalString("target_lang")?.lowercased()
    guard let source, let target, isCode(source), isCode(target) else { return nil }
    return LanguagePair(source: source, target: target)
  }

  private static func named(_ name: String) -> LanguagePair? {
    let parts = name.split(separator: "-").suffix(2)
    return parts.count == 2 ? LanguagePair(parts.joined(separator: "-")) : nil
  }

  /// As Firefox Translations names its files: `vocab.enpt.spm`, `lex.50.50.enpt.s2t.bin`. Models are left out: Marian
  /// calls one `model.best.bin`, which is not from Belarusian to Sotho.
  private static func ofFiles(_ folder: String) -> LanguagePair? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let pairs = names.compactMap { name -> LanguagePair? in
      let parts = name.split(separator: ".")
      guard parts.count > 2, let kind = parts.first, ["vocab", "srcvocab", "trgvocab", "lex"].contains(kind)
      else { return nil }
      return parts.dropFirst().lazy.compactMap(runTogether).first
    }
    return Set(pairs).count == 1 ? pairs.first : nil
  }

  /// Two languages of two letters each, as in `enpt`.
  private static func runTogether(_ text: Substring) -> LanguagePair? {
    let codes = [text.prefix(2), text.dropFirst(2)].map(String.init)
    let areLanguages = codes.allSatisfy { $0.utf8.count == 2 && Locale.LanguageCode($0).isISOLanguage }
    return areLanguages ? LanguagePair(codes.joined(separator: "-")) : nil
  }

  /// ISO 639: two or three letters, perhaps with a script or region behind an underscore, as in `zh_hant`.
  private static func isCode(_ text: String) -> Bool {
    guard let language = text.split(separator: "_", omittingEmptySubsequences: false).first else { return false }
    return (2...3).contains(language.count) && text.count <= 16
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F || (0x30...0x39).contains($0) }
  }
}
