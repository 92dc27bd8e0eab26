import Checkpoint
import Files
import Tokenization

/// A layout in which models are published. It recognises its folders, reads their configuration once, and makes a model
/// and a tokenizer of them.
///
/// A further layout is one more file with such a type, and one more line in `ModelFormats.all`.
package protocol ModelFormat: Sendable {
  /// Whether a folder is in this format, by its names and configuration.
  /// - Throws: `FileError` if the configuration is broken.
  static func recognises(_ folder: ModelFolder) throws -> Bool
  /// Files that make a folder one of this format, for the message about a folder of no format.
  static var expectedFiles: String { get }

  /// Reads the configuration and opens the weights; tensors are checked when a model is made of them.
  /// - Throws: `FileError`.
  init(_ folder: ModelFolder) throws

  var tensors: any TensorSource { get }
  /// Settings of the configuration that change the mathematics, for `inspect`.
  var settings: [(name: String, value: String)] { get }

  /// Makes a model of the tensors.
  /// - Throws: `FileError` if a tensor is missing or does not have the shape or type that the configuration gives.
  func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel
  /// - Throws: `FileError` that names the file that is missing or wrong.
  func loadTokenizer() throws -> any Tokenizer
  /// How the checkpoint asks to be decoded.
  /// - Throws: `FileError` if it asks for a search that is not supported.
  func decoding(with tokenizer: any Tokenizer) throws -> CheckpointDecoding
}

/// The formats that can be read, and the choice between them.
package enum ModelFormats {
  /// In order of precedence.
  private static let all: [any ModelFormat.Type] = [
    ArgosFormat.self,
    CTranslate2Format.self,
    HuggingFaceMarianFormat.self,
    M2M100Format.self,
    MBARTFormat.self,
    T5Format.self,
    RecurrentFormat.self,
    ConvolutionalFormat.self,
    MarianFormat.self,
  ]

  /// Opens a folder in the format that recognises it.
  /// - Throws: `FileError`; if there is no such format, it names the files that were looked for.
  package static func open(_ folder: ModelFolder) throws -> any ModelFormat {
    for format in all where try format.recognises(folder) { return try format.init(folder) }
    if let configuration = folder.configuration {
      throw configuration.error(
        "model_type", found: configuration.found("model_type"), expected: "one of \(families.joined(separator: ", "))")
    }
    var files: [String] = []
    for format in all where !files.contains(format.expectedFiles) { files.append(format.expectedFiles) }
    throw FileError(
      file: folder.directory, item: "model", found: "no model", expected: files.joined(separator: ", or "))
  }

  /// Values of `model_type` that are known.
  private static var families: [String] { all.compactMap { ($0 as? any PublishedFormat.Type)?.family } }
}

/// How an operator wants models to be loaded.
package struct ModelPreferences: Sendable {
  /// The type of numbers to multiply with; nil takes the type that each checkpoint was published in.
  package var precision: Precision?
  /// Whether a folder's lexical shortlist narrows the output layer.
  package var usesShortlist: Bool

  package init(precision: Precision? = nil, usesShortlist: Bool = true) {
    self.precision = precision
    self.usesShortlist = usesShortlist
  }
}

/// How a checkpoint asks to be decoded.
package struct CheckpointDecoding: Sendable {
  package var generation: GenerationConfiguration
  /// The most target tokens as a multiple of the source's, end of sentence counted in both; nil if the checkpoint gives
  /// none.
  package var maxLengthFactor: Float?
  /// The most source tokens that are translated at once, end of sentence included; nil if the checkpoint gives none.
  package var maxSourceTokens: Int?
  /// The decoder layer, from 0, whose first head of cross-attention was trained to align; nil if none was.
  package var guidedLayer: Int?
}

/// Bounds of the numbers in configurations, far above those of real models.
enum ModelLimits {
  static let maxDimension = 16384
  static let maxFeedForward = 131_072
  static let maxLayers = 256
  static let maxVocabulary = 1 << 21
  static let maxPositions = 1 << 16
  static let maxBeam = 64
}

// MARK: - Published folders

/// A format in the layout of Hugging Face's repositories: `config.json` of a family, `generation_config.json`, weights,
/// and tokenizer files.
protocol PublishedFormat: ModelFormat {
  associatedtype Configuration: PublishedConfiguration

  /// `model_type` of `config.json`.
  static var family: String { get }

  var folder: ModelFolder { get }
  var configuration: Configuration { get }
  var generation: GenerationConfiguration { get }
}

/// Numbers that `config.json` of every family has.
package protocol PublishedConfiguration: Sendable {
  var targetVocabularySize: Int { get }
  /// The most tokens, of source and of target.
  var maxPositions: Int { get }
  var endToken: Int32 { get }
  /// The token that the decoder is fed first.
  var startToken: Int32 { get }
}

extension PublishedFormat {
  package static func recognises(_ folder: ModelFolder) throws -> Bool {
    try folder.configuration?.string("model_type") == family
  }

  package static var expectedFiles: String { "config.json (Hugging Face)" }

  package func loadTokenizer() throws -> any Tokenizer { try PublishedTokenizer.open(folder) }

  package func decoding(with tokenizer: any Tokenizer) throws -> CheckpointDecoding {
    CheckpointDecoding(generation: generation, maxSourceTokens: try PublishedTokenizer.maxSourceTokens(folder))
  }
}

extension ConfigurationFile {
  /// - Throws: `FileError` if `config.json` is of another family.
  func expectFamily(_ family: String) throws {
    let found = try string("model_type")
    guard found == family else {
      throw error("model_type", found: "\"\(found.prefix(40))\"", expected: "\"\(family)\"")
    }
  }
}
