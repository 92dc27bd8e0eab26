import Files
import Foundation

extension LanguagePair {
  /// The languages of a model folder: `source_lang` and `target_lang` of its `tokenizer_config.json`, else the end of
  /// its name, as in `opus-mt-en-fr` or `en-fr`.
  /// - Throws: `FileError` where neither says and there is no `fallback`.
  package init(folder: String, fallback: LanguagePair?) throws {
    let name = URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
    guard let pair = try Self.configured(folder) ?? Self.named(name) ?? fallback else {
      throw FileError(
        file: folder, item: "language pair",
        found: "neither source_lang and target_lang in tokenizer_config.json nor a name like opus-mt-en-fr",
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

  /// ISO 639: two or three letters, perhaps with a script or region behind an underscore, as in `zh_hant`.
  private static func isCode(_ text: String) -> Bool {
    guard let language = text.split(separator: "_", omittingEmptySubsequences: false).first else { return false }
    return (2...3).contains(language.count) && text.count <= 16
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F || (0x30...0x39).contains($0) }
  }
}
