import Foundation

/// What `tokenizer_config.json` says that changes ids.
struct MarianTokenizerSettings {
  /// Source and target are numbered apart; where the file says nothing, `target_vocab.json` being there does.
  let separatesVocabularies: Bool

  private struct Stored: Decodable {
    var separatesVocabularies: Bool?

    enum CodingKeys: String, CodingKey {
      case separatesVocabularies = "separate_vocabs"
    }
  }

  /// - Throws: `TokenizationError` where the file is there but cannot be used.
  init(directory: String) throws {
    let folder = directory as NSString
    let path = folder.appendingPathComponent("tokenizer_config.json")
    let hasTarget = FileManager.default.fileExists(atPath: folder.appendingPathComponent("target_vocab.json"))
    guard FileManager.default.fileExists(atPath: path) else {
      separatesVocabularies = hasTarget
      return
    }
    let bytes = try TokenizerFile.read(path)
    do {
      let stored = try JSONDecoder().decode(Stored.self, from: Data(bytes))
      separatesVocabularies = stored.separatesVocabularies ?? hasTarget
    } catch {
      throw TokenizationError(
        file: path, item: "separate_vocabs", found: "something else", expected: "a JSON object where it is a boolean")
    }
  }
}
