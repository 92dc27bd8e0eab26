import Files
import Foundation

/// What `tokenizer_config.json` says that changes ids.
struct MarianTokenizerSettings {
  /// Source and target are numbered apart; where the file says nothing, `target_vocab.json` being there does.
  let separatesVocabularies: Bool

  /// - Throws: `FileError` where the file is there but cannot be used.
  init(directory: String) throws {
    let folder = directory as NSString
    let hasTarget = FileManager.default.fileExists(atPath: folder.appendingPathComponent("target_vocab.json"))
    let file = try ConfigurationFile(ifPresent: folder.appendingPathComponent("tokenizer_config.json"))
    separatesVocabularies = try file?.boolean("separate_vocabs", default: hasTarget) ?? hasTarget
  }
}
