import Checkpoint
import Files
import Tokenization

/// A CTranslate2 folder with an encoder-decoder, as its converters write it: `model.bin`, `config.json` and vocabularies,
/// with the SentencePiece models that publishers put beside them. `dragoman.json` can correct the settings.
package struct CTranslate2Format: ModelFormat {
  package let configuration: CTranslate2Settings
  private let file: CTranslate2File
  private let vocabularies: (source: PieceList, target: PieceList)
  /// Nil if the tokens are the words between spaces.
  private let cutting: CTranslate2Tokenizer.Cutting?

  package init(_ folder: ModelFolder) throws { try self.init(folder, piecesIn: folder) }

  /// - Parameters:
  ///   - other: the folder with the SentencePiece models, which packages keep apart.
  ///   - defaults: settings that no file of the folder gives.
  package init(
    _ folder: ModelFolder, piecesIn other: ModelFolder,
    defaults: CTranslate2Settings.Defaults = CTranslate2Settings.Defaults()
  ) throws {
    file = try CTranslate2File(folder.open(Self.modelName))
    try Self.checkSpecification(file)
    configuration = try CTranslate2Settings(file, in: folder, defaults)
    vocabularies = try Self.vocabularies(folder, unknown: configuration.tokens.unknown)
    cutting = try Self.cutting(other)
  }

  package var tensors: any TensorSource { file }

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    func id(_ piece: String, _ item: String) throws -> Int32 {
      guard let id = vocabularies.target.id(of: piece) else {
        throw FileError(
          file: vocabularies.target.path, item: item, found: "no piece \"\(piece.prefix(80))\"",
          expected: "the token that the settings name")
      }
      return id
    }
    let tokens = configuration.tokens
    let end = try id(tokens.end, "eos_token")
    var start = try tokens.decoderStart.map { try id($0, "decoder_start_token") }
    // Each translation starts with the token of its language.
    if start == nil, languageLayout == .targetFedFirst { start = end }
    return try CTranslate2Weights(
      file, settings: configuration, vocabularies: (vocabularies.source.count, vocabularies.target.count),
      tokens: (start, end), precision: preferences.precision
    ).load()
  }

  package func loadTokenizer() throws -> any Tokenizer {
    try CTranslate2Tokenizer(
      source: vocabularies.source, target: vocabularies.target, cutting: cutting, tokens: configuration.tokens,
      layout: languageLayout)
  }

  /// The places of language tokens where their spelling does not tell: mBART-25 names no start of translations, and
  /// SMaLL-100 has M2M-100's vocabulary and three decoder layers.
  private var languageLayout: LanguageTokens.Layout? {
    guard vocabularies.source.namesLanguages else { return nil }
    if configuration.tokens.decoderStart == nil { return .targetFedFirst }
    func has(_ layer: String) -> Bool { file.contains("\(layer)/ffn/linear_0/weight") }
    let isShallow = has("encoder/layer_11") && has("decoder/layer_2") && !has("decoder/layer_3")
    return isShallow ? .targetBeforeText : nil
  }

  /// The search with which CTranslate2 decodes: it stops when as many hypotheses as beams have ended, and none is empty.
  package func decoding(with tokenizer: any Tokenizer) throws -> CheckpointDecoding {
    let search = configuration.search
    var generation = GenerationConfiguration(
      beam: search.beam, lengthPenalty: search.lengthPenalty, forbiddenTokens: [])
    generation.earlyStopping = .always
    generation.minLength = 1
    generation.maxLength = search.maxLength
    generation.renormalize = true
    generation.forcedStartToken = try configuration.tokens.prefix.map { prefix in
      guard let id = vocabularies.target.id(of: prefix) else {
        throw FileError(
          file: vocabularies.target.path, item: "target prefix", found: "no piece \"\(prefix.prefix(80))\"",
          expected: "the token that translations begin with")
      }
      return id
    }
    return CheckpointDecoding(generation: generation, maxSourceTokens: CTranslate2Settings.maxSourceTokens)
  }

  package var settings: [(name: String, value: String)] {
    let tokens = configuration.tokens
    return [
      ("container", "version \(file.version)"),
      ("specification", "\(file.specification), revision \(file.revision)"),
      ("decoderStart", tokens.decoderStart ?? "none"),
      ("source", "\(tokens.startsSource ? "\(tokens.start) " : "")tokens\(tokens.endsSource ? " \(tokens.end)" : "")"),
      ("pieces", cutting?.path ?? "words between spaces"),
      ("beam", "\(configuration.search.beam)"),
      ("lengthPenalty", "\(configuration.search.lengthPenalty)"),
    ]
  }

  // MARK: Files

  private static let modelName = "model.bin"

  /// By the bytes of `model.bin`: Marian's files can have that name too, and the `config.json` names no family.
  package static func recognises(_ folder: ModelFolder) throws -> Bool {
    try folder.contains(modelName) && CTranslate2File.recognises(folder.open(modelName))
  }

  package static let expectedFiles = "model.bin, config.json and shared_vocabulary.json (CTranslate2)"

  private static func checkSpecification(_ file: CTranslate2File) throws(FileError) {
    let known = ["TransformerSpec", "TransformerBase", "TransformerBig"]
    guard known.contains(file.specification) || file.version == 1 else {
      throw FileError(
        file: file.path, item: "specification", found: "\"\(file.specification.prefix(80))\"",
        expected: "one of \(known.joined(separator: ", ")): an encoder with a decoder")
    }
    guard 1...7 ~= file.revision else {
      throw FileError(file: file.path, item: "revision", found: "\(file.revision)", expected: "1 to 7")
    }
  }

  private static func vocabularies(_ folder: ModelFolder, unknown: String) throws -> (PieceList, PieceList) {
    if let feature = folder.names.first(where: { $0.hasPrefix("source_1_vocabulary.") }) {
      throw FileError(
        file: folder.path(feature), item: "file", found: "a vocabulary of features of words",
        expected: "none: they are not supported")
    }
    if let shared = try list("shared", folder, unknown) { return (shared, shared) }
    guard let source = try list("source", folder, unknown), let target = try list("target", folder, unknown) else {
      throw FileError(
        file: folder.directory, item: "vocabulary", found: "no such file",
        expected: "shared_vocabulary.json or .txt, or source_vocabulary and target_vocabulary")
    }
    return (source, target)
  }

  private static func list(_ side: String, _ folder: ModelFolder, _ unknown: String) throws -> PieceList? {
    for (name, isJSON) in [("\(side)_vocabulary.json", true), ("\(side)_vocabulary.txt", false)]
    where folder.contains(name) {
      return try PieceList(folder.open(name), isJSON: isJSON, unknown: unknown)
    }
    return nil
  }

  /// The customary names of SentencePiece models, of both sides or of two, or else `tokenizer.json`.
  private static func cutting(_ folder: ModelFolder) throws -> CTranslate2Tokenizer.Cutting? {
    for (source, target) in [("source.spm", "target.spm"), ("src.spm", "tgt.spm"), ("source.model", "target.model")]
    where folder.contains(source) && folder.contains(target) {
      return .sentencePiece(source: try folder.open(source), target: try folder.open(target))
    }
    let shared = [
      "sentencepiece.model", "sentencepiece.bpe.model", "spiece.model", "spm.model", "sp_m.model", "sp.model",
      "source.spm",
    ]
    guard let name = shared.first(where: folder.contains) else {
      return folder.contains(TokenizerJSON.name) ? .json(try folder.open(TokenizerJSON.name)) : nil
    }
    let file = try folder.open(name)
    return .sentencePiece(source: file, target: file)
  }
}

// MARK: - Settings

/// The settings of a CTranslate2 model that are no weights: from `config.json`, in files before version 6 from
/// variables, and from `dragoman.json`, which takes precedence.
package struct CTranslate2Settings: Sendable {
  package struct Search: Sendable, Equatable {
    package var beam: Int
    package var lengthPenalty: Float
    /// The most target tokens.
    package var maxLength = 256

    package init(beam: Int = 2, lengthPenalty: Float = 1) {
      self.beam = beam
      self.lengthPenalty = lengthPenalty
    }
  }

  /// The settings of the caller that no file gives.
  package struct Defaults: Sendable {
    package var search = Search()
    /// Whether sources of models that are not OpenNMT's end with the end of sentence, whatever the file says.
    package var infersEnd = true
    /// The token that every translation begins with; nil for none.
    package var targetPrefix: String?

    package init(search: Search = Search(), infersEnd: Bool = true, targetPrefix: String? = nil) {
      self.search = search
      self.infersEnd = infersEnd
      self.targetPrefix = targetPrefix
    }
  }

  package var tokens: CTranslate2Tokenizer.SpecialTokens
  package var search: Search
  /// Nil for 1e-5, in RMS norms 1e-6.
  var layerNormEpsilon: Float?

  /// File beside the model that corrects its settings.
  package static let ownName = "dragoman.json"
  /// CTranslate2's `max_input_length`.
  static let maxSourceTokens = 1024
  /// Variables with settings in files before version 6.
  static let embeddedNames = [
    "unk_token", "bos_token", "eos_token", "with_source_bos", "with_source_eos", "with_target_bos",
    "user_decoder_start_tokens",
  ]

  /// - Throws: `FileError` that names the setting that is wrong or not supported.
  init(_ file: CTranslate2File, in folder: ModelFolder, _ defaults: Defaults) throws {
    search = defaults.search
    tokens = CTranslate2Tokenizer.SpecialTokens(
      unknown: "<unk>", start: "<s>", end: "</s>", decoderStart: nil, startsSource: false, endsSource: false,
      prefix: defaults.targetPrefix)
    if file.version < 6 {
      try readVariables(file)
    } else {
      try read(folder.requiredConfiguration())
    }
    // The file does not tell whether callers have to end the source. OpenNMT's models alone start from <s>, and they
    // have learnt from sources without an end.
    if defaults.infersEnd, tokens.decoderStart != "<s>" || tokens.end != "</s>" { tokens.endsSource = true }
    if folder.contains(Self.ownName) { try readCorrections(folder.json(Self.ownName)) }
  }

  private mutating func read(_ config: ConfigurationFile) throws {
    for key in ["multi_query_attention", "quantization_type", "quantization_bits", "quantization_group_size"] {
      guard let value = config[key], value != .bool(false), value != .integer(0) else { continue }
      throw config.error(key, found: value.description, expected: "nothing: it is not supported")
    }
    try readTokens(config)
    if config["layer_norm_epsilon"] != nil {
      let epsilon = Float(try config.number("layer_norm_epsilon", default: 0))
      guard epsilon > 0, epsilon < 1 else {
        throw config.error("layer_norm_epsilon", found: "\(epsilon)", expected: "a number between 0 and 1")
      }
      layerNormEpsilon = epsilon
    }
  }

  private mutating func readTokens(_ config: ConfigurationFile) throws {
    tokens.unknown = try config.string("unk_token", default: tokens.unknown)
    tokens.start = try config.string("bos_token", default: tokens.start)
    tokens.end = try config.string("eos_token", default: tokens.end)
    tokens.decoderStart = try config.optionalString("decoder_start_token") ?? tokens.decoderStart
    tokens.startsSource = try config.boolean("add_source_bos", default: tokens.startsSource)
    tokens.endsSource = try config.boolean("add_source_eos", default: tokens.endsSource)
  }

  private mutating func readCorrections(_ file: ConfigurationFile) throws {
    let known = [
      "unk_token", "bos_token", "eos_token", "decoder_start_token", "add_source_bos", "add_source_eos", "beam_size",
      "length_penalty", "max_decoding_length",
    ]
    if let other = file.keys.first(where: { !known.contains($0) }) {
      throw file.error(other, found: file.found(other), expected: "one of \(known.joined(separator: ", "))")
    }
    try readTokens(file)
    search.beam = try file.integer("beam_size", in: 1...ModelLimits.maxBeam, default: search.beam)
    search.maxLength = try file.integer(
      "max_decoding_length", in: 1...ModelLimits.maxPositions, default: search.maxLength)
    let penalty = Float(try file.number("length_penalty", default: Double(search.lengthPenalty)))
    guard abs(penalty) <= 100 else {
      throw file.error("length_penalty", found: "\(penalty)", expected: "a number from -100 to 100")
    }
    search.lengthPenalty = penalty
  }

  // MARK: Files before version 6

  private mutating func readVariables(_ file: CTranslate2File) throws {
    tokens.unknown = try Self.text("unk_token", file) ?? tokens.unknown
    tokens.start = try Self.text("bos_token", file) ?? tokens.start
    tokens.end = try Self.text("eos_token", file) ?? tokens.end
    tokens.startsSource = try Self.flag("with_source_bos", file) ?? false
    tokens.endsSource = try Self.flag("with_source_eos", file) ?? false
    guard try Self.flag("user_decoder_start_tokens", file) != true else { return }
    tokens.decoderStart = try Self.flag("with_target_bos", file) ?? true ? tokens.start : tokens.end
  }

  private static func flag(_ name: String, _ file: CTranslate2File) throws -> Bool? {
    guard file.contains(name) else { return nil }
    let stored = try file.tensor(name)
    let bytes = try stored.withBytes { Array($0.prefix(2)) }
    guard bytes == [0] || bytes == [1] else {
      throw FileError(file: file.path, item: name, found: "another value", expected: "0 or 1")
    }
    return bytes == [1]
  }

  /// A string, which is stored as a vector of 8-bit numbers.
  private static func text(_ name: String, _ file: CTranslate2File) throws -> String? {
    guard file.contains(name) else { return nil }
    let stored = try file.tensor(name)
    let longest = 1 << 10
    guard stored.type == .int8, 1...longest ~= stored.count,
      let text = try stored.withBytes({ String(validating: $0, as: UTF8.self) })
    else {
      throw FileError(file: file.path, item: name, found: "another value", expected: "a token in UTF-8")
    }
    return text
  }
}
