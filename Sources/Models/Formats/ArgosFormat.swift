import Checkpoint
import Files
import Tokenization

/// A package of Argos Translate (`.argosmodel`), unpacked or as it is downloaded: `metadata.json`, a CTranslate2 folder
/// `model`, and `sentencepiece.model` for both languages.
///
/// It is decoded as Argos Translate decodes it: four hypotheses, a length penalty of 0.2, and sources of nothing but
/// pieces unless the model's settings say otherwise. Splitters of sentences in the package are not read.
package struct ArgosFormat: ModelFormat {
  private let model: CTranslate2Format
  private let version: String
  private let languages: Languages

  /// The languages of a package, in the codes of other systems: `pt-BR` for Argos' `pb`.
  package struct Languages: Sendable, Equatable {
    package var source: String
    package var target: String
  }

  package init(_ folder: ModelFolder) throws {
    let metadata = try folder.json(Self.metadataName)
    let type = try metadata.string("type", default: "translate")
    guard type == "translate" else {
      throw metadata.error("type", found: "\"\(type.prefix(40))\"", expected: "\"translate\"")
    }
    guard folder.contains("sentencepiece.model") else {
      let found = folder.contains("bpe.model") ? "bpe.model alone" : "no such file"
      throw FileError(
        file: folder.path("sentencepiece.model"), item: "tokenizer", found: found,
        expected: "a model of SentencePiece: Moses' tokens with BPE are not supported")
    }
    languages = try Self.languages(metadata)
    version = try metadata.string("package_version", default: "unknown")
    let prefix = try metadata.string("target_prefix", default: "")
    model = try CTranslate2Format(
      folder.subfolder(Self.modelName), piecesIn: folder,
      defaults: CTranslate2Settings.Defaults(
        search: CTranslate2Settings.Search(beam: 4, lengthPenalty: 0.2), infersEnd: false,
        targetPrefix: prefix.isEmpty ? nil : prefix))
  }

  package var tensors: any TensorSource { model.tensors }

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try model.loadModel(preferences)
  }

  package func loadTokenizer() throws -> any Tokenizer { try model.loadTokenizer() }

  package func decoding(with tokenizer: any Tokenizer) throws -> CheckpointDecoding {
    try model.decoding(with: tokenizer)
  }

  package var settings: [(name: String, value: String)] {
    [("package", "Argos, version \(version), \(languages.source) to \(languages.target)")] + model.settings
  }

  // MARK: Files

  private static let metadataName = "metadata.json"
  private static let modelName = "model"

  /// By the languages in `metadata.json`, which Firefox' folders have too, with other keys.
  package static func recognises(_ folder: ModelFolder) throws -> Bool {
    guard folder.contains(metadataName), !folder.contains("config.json") else { return false }
    return try folder.json(metadataName)["from_code"] != nil
  }

  package static let expectedFiles = "metadata.json and model/model.bin (Argos Translate)"

  /// The languages that a package's `metadata.json` gives; nil if the folder is no package.
  /// - Throws: `FileError` if `metadata.json` is broken.
  package static func languages(of folder: ModelFolder) throws -> Languages? {
    try recognises(folder) ? try languages(folder.json(metadataName)) : nil
  }

  private static func languages(_ metadata: ConfigurationFile) throws -> Languages {
    func code(_ key: String) throws -> String {
      let code = try metadata.string(key)
      return codes[code] ?? code
    }
    return Languages(source: try code("from_code"), target: try code("to_code"))
  }

  /// Codes that only Argos has, and their BCP 47 tags.
  private static let codes = ["pb": "pt-BR", "zt": "zh-Hant"]
}
