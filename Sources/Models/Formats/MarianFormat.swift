import Checkpoint
import Files
import Tokenization

/// A folder with a model in one of Marian's own containers, as Firefox Translations, Bergamot and OPUS publish them.
///
/// A `decoder.yml` or `config*.yml` names the files. Files that it does not name are found by their customary names:
/// `model*.bin` or `*.npz`, `vocab*.spm` or `srcvocab*.spm` with `trgvocab*.spm`, `lex*.bin`.
package struct MarianFormat: ModelFormat {
  package let modelPath: String
  package let tensors: any TensorSource
  package let options: MarianOptions
  package let vocabularies: MarianVocabularies
  package let decoding: MarianDecoding
  /// Name of the lexical shortlist's file; nil if the folder has none.
  package let shortlistName: String?
  private let folder: ModelFolder
  private let verifiesShortlist: Bool

  package init(_ folder: ModelFolder) throws {
    self.folder = folder
    let settings = try Self.settingsFile(folder)
    let model = try Self.modelName(folder, settings)
    modelPath = folder.path(model)
    tensors = try Self.open(model, in: folder)
    options = try MarianOptions(tensors)
    vocabularies = try MarianVocabularies(folder, settings: settings)
    decoding = try settings.map { try MarianDecoding($0) } ?? .firefox
    (shortlistName, verifiesShortlist) = try Self.shortlist(folder, settings)
  }

  // MARK: Loading

  package func loadModel(_ preferences: ModelPreferences) throws -> any TranslationModel {
    try MarianWeights(
      tensors, options: options, shortlist: preferences.usesShortlist ? shortlist() : nil,
      precision: preferences.precision
    ).load()
  }

  package func loadTokenizer() throws -> any Tokenizer {
    func vocabulary(_ side: MarianVocabularies.Side) throws -> MarianTokenizer.Vocabulary {
      let file = try folder.open(side.name)
      return switch side.kind {
      case .sentencePiece: .sentencePiece(file)
      case .list(let pieces): .list(file, pieces: try pieces.map { try folder.open($0) })
      }
    }
    let isShared = vocabularies.source == vocabularies.target
    return try MarianTokenizer(
      source: vocabulary(vocabularies.source), target: isShared ? nil : vocabulary(vocabularies.target))
  }

  /// A translation that reaches its limit is cut there, without an end of sentence.
  package func decoding(with tokenizer: any Tokenizer) throws -> CheckpointDecoding {
    guard decoding.wordPenalty == 0 else {
      throw FileError(
        file: folder.directory, item: "word-penalty", found: "\(decoding.wordPenalty)",
        expected: "0: others are not supported")
    }
    return CheckpointDecoding(
      generation: GenerationConfiguration(
        beam: decoding.beam, lengthPenalty: decoding.normalize,
        forbiddenTokens: decoding.allowsUnknown ? [] : [tokenizer.unknownToken]),
      maxLengthFactor: decoding.maxLengthFactor, maxSourceTokens: decoding.maxSourceTokens,
      guidedLayer: options.alignmentLayer.map { $0 - 1 })
  }

  /// The folder's shortlist, read and checked; nil if it has none.
  package func shortlist() throws -> LexicalShortlist? {
    guard let shortlistName else { return nil }
    return try LexicalShortlist(
      folder.open(shortlistName), sourceVocabularySize: options.sourceVocabularySize,
      targetVocabularySize: options.targetVocabularySize, verifyChecksum: verifiesShortlist)
  }

  package var settings: [(name: String, value: String)] {
    func stack(_ layers: Int, _ feedForward: MarianOptions.FeedForward) -> String {
      "\(layers) layers, \(options.heads) heads, feed-forward \(feedForward.width)"
    }
    return [
      ("modelDimension", "\(options.modelDimension)"),
      ("encoder", stack(options.encoderLayers, options.encoderFeedForward)),
      ("decoder", stack(options.decoderLayers, options.decoderFeedForward)),
      ("autoregression", options.autoregression == .selfAttention ? "self-attention" : "ssru"),
      ("activation", options.activation.rawValue),
      ("embeddings", "\(options.embeddings)"),
      ("normalizeBefore", "\(options.normalizeBefore)"),
      ("normalizeEmbedding", "\(options.normalizeEmbedding)"),
      ("normalizeTop", "\(options.normalizeTop)"),
      ("beam", "\(decoding.beam)"),
      ("normalize", "\(decoding.normalize)"),
      ("maxLengthFactor", "\(decoding.maxLengthFactor)"),
      ("shortlist", shortlistName.map { folder.path($0) } ?? "none"),
    ]
  }

  // MARK: Files

  /// A folder with a file of Marian's and without a `config.json`.
  package static func recognises(_ folder: ModelFolder) throws -> Bool {
    folder.configuration == nil
      && folder.names.contains { isModel($0) || isSettings($0) }
  }

  package static let expectedFiles = "model*.bin, *.npz, decoder.yml or config*.yml (Marian)"

  private static func isSettings(_ name: String) -> Bool {
    name == "decoder.yml" || name.hasSuffix(".decoder.yml") || name.hasPrefix("config") && name.hasSuffix(".yml")
  }

  /// `*.optimizer.npz` holds numbers that only training needs.
  private static func isModel(_ name: String) -> Bool {
    name.hasPrefix("model") && name.hasSuffix(".bin") || name.hasSuffix(".npz") && !name.hasSuffix(".optimizer.npz")
  }

  private static func settingsFile(_ folder: ModelFolder) throws -> FlatYAML? {
    if folder.names.contains("decoder.yml") { return try FlatYAML(folder.open("decoder.yml")) }
    return try folder.onlyName("settings", where: isSettings).map { try FlatYAML(folder.open($0)) }
  }

  private static func modelName(_ folder: ModelFolder, _ settings: FlatYAML?) throws -> String {
    let named = settings?.list("models") ?? []
    guard named.count < 2 else {
      throw FileError(
        file: settings?.file ?? folder.directory, item: "models", found: "\(named.count) files",
        expected: "one: ensembles are not supported")
    }
    guard let name = try named.first ?? folder.onlyName("model", where: isModel) else {
      throw FileError(
        file: folder.directory, item: "model", found: "no such file", expected: "model*.bin or *.npz")
    }
    try folder.checkName(name, "model")
    return name
  }

  private static func open(_ name: String, in folder: ModelFolder) throws -> any TensorSource {
    if name.hasSuffix(".npz") { return try NpzFile(folder.open(name)) }
    if name.hasSuffix(".bin") { return try MarianBinaryFile(folder.open(name)) }
    throw FileError(
      file: folder.path(name), item: "model", found: "another kind of file", expected: "a .bin or .npz of Marian")
  }

  /// `shortlist` in the settings is a file and whether its checksum is verified, which is Marian's default.
  private static func shortlist(_ folder: ModelFolder, _ settings: FlatYAML?) throws -> (String?, Bool) {
    let named = settings?.list("shortlist") ?? []
    guard let name = try named.first ?? folder.onlyName("shortlist", where: isShortlist) else { return (nil, true) }
    guard name.hasSuffix(".bin") else {
      throw FileError(
        file: settings?.file ?? folder.directory, item: "shortlist", found: "\"\(name.prefix(80))\"",
        expected: "a binary shortlist, lex*.bin")
    }
    let verifies = named.count < 2 || named[1] != "false" && named[1] != "0"
    try folder.checkName(name, "shortlist")
    return (name, verifies)
  }

  private static func isShortlist(_ name: String) -> Bool { name.hasPrefix("lex") && name.hasSuffix(".bin") }
}

// MARK: - Vocabularies

/// The files with the vocabularies of both sides of a Marian model.
package struct MarianVocabularies: Sendable, Equatable {
  package struct Side: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      /// A SentencePiece model, whose ids are the model's.
      case sentencePiece
      /// Words and their ids as YAML. `pieces` names the SentencePiece model that makes the words, if there is one.
      case list(pieces: String?)
    }

    /// Name of a file in the folder.
    package var name: String
    package var kind: Kind
  }

  package var source: Side
  package var target: Side

  /// - Parameter settings: its `vocabs` take precedence over the names in the folder.
  init(_ folder: ModelFolder, settings: FlatYAML?) throws {
    let named = settings?.list("vocabs") ?? []
    guard named.isEmpty || named.count == 2 else {
      throw FileError(
        file: settings?.file ?? folder.directory, item: "vocabs", found: "\(named.count) files",
        expected: "two, of source and target")
    }
    let pair = named.isEmpty ? try Self.find(folder) : (named[0], named[1])
    source = try Self.side(pair.0, pieces: "source.spm", folder)
    target = try Self.side(pair.1, pieces: "target.spm", folder)
  }

  private static func find(_ folder: ModelFolder) throws -> (String, String) {
    let source = try folder.onlyName("source vocabulary") { $0.hasPrefix("srcvocab") && $0.hasSuffix(".spm") }
    let target = try folder.onlyName("target vocabulary") { $0.hasPrefix("trgvocab") && $0.hasSuffix(".spm") }
    if let source, let target { return (source, target) }
    guard source == nil, target == nil else {
      throw FileError(
        file: folder.directory, item: "vocabulary", found: "only \(source ?? target ?? "one")",
        expected: "srcvocab*.spm and trgvocab*.spm")
    }
    let shared =
      try folder.onlyName("vocabulary") { $0.hasPrefix("vocab") && $0.hasSuffix(".spm") }
      ?? folder.onlyName("vocabulary") { isList($0) && ($0.hasPrefix("vocab") || $0.hasSuffix(".vocab.yml")) }
    guard let shared else {
      throw FileError(
        file: folder.directory, item: "vocabulary", found: "no such file",
        expected: "vocab*.spm, srcvocab*.spm with trgvocab*.spm, or vocab*.yml")
    }
    return (shared, shared)
  }

  private static func side(_ name: String, pieces: String, _ folder: ModelFolder) throws -> Side {
    try folder.checkName(name, "vocabulary")
    if name.hasSuffix(".spm") { return Side(name: name, kind: .sentencePiece) }
    guard isList(name) else {
      throw FileError(
        file: folder.path(name), item: "vocabulary", found: "another kind of file",
        expected: "a SentencePiece model .spm, or .yml")
    }
    return Side(name: name, kind: .list(pieces: folder.contains(pieces) ? pieces : nil))
  }

  private static func isList(_ name: String) -> Bool { name.hasSuffix(".yml") || name.hasSuffix(".yaml") }
}

// MARK: - Decoding

/// How a Marian folder asks to be decoded: the keys of `decoder.yml`.
package struct MarianDecoding: Sendable, Equatable {
  package var beam: Int
  /// Exponent of the length by which the log-probability of a hypothesis is divided.
  package var normalize: Float
  /// Penalty per target token.
  package var wordPenalty: Float
  /// The most target tokens as a multiple of the source's, end of sentence counted in both.
  package var maxLengthFactor: Float
  /// The most source tokens that are translated at once, end of sentence included: Bergamot's `max-length-break`.
  package var maxSourceTokens: Int
  /// Whether the unknown word can be produced.
  package var allowsUnknown: Bool

  /// Bergamot's default of `max-length-break`, and the value in Firefox's settings.
  private static let defaultBreak = 128

  /// Firefox's settings for its models, for folders that have none.
  package static let firefox = MarianDecoding(
    beam: 1, normalize: 1, wordPenalty: 0, maxLengthFactor: 2, maxSourceTokens: defaultBreak, allowsUnknown: false)

  package init(
    beam: Int, normalize: Float, wordPenalty: Float, maxLengthFactor: Float, maxSourceTokens: Int,
    allowsUnknown: Bool
  ) {
    self.beam = beam
    self.normalize = normalize
    self.wordPenalty = wordPenalty
    self.maxLengthFactor = maxLengthFactor
    self.maxSourceTokens = maxSourceTokens
    self.allowsUnknown = allowsUnknown
  }

  /// Reads `decoder.yml`; absent keys have the defaults of `marian-decoder`.
  init(_ yaml: FlatYAML) throws {
    try Self.refuseOtherSearches(yaml)
    beam = try yaml.integer("beam-size", in: 1...ModelLimits.maxBeam, default: 12)
    normalize = try yaml.number("normalize", in: -100...100, default: 0)
    wordPenalty = try yaml.number("word-penalty", in: -100...100, default: 0)
    maxLengthFactor = try yaml.number("max-length-factor", in: 0.01...1000, default: 3)
    maxSourceTokens = try yaml.integer("max-length-break", in: 2...100_000, default: Self.defaultBreak)
    allowsUnknown = try yaml.boolean("allow-unk", default: false)
  }

  private static func refuseOtherSearches(_ yaml: FlatYAML) throws {
    for key in ["force-decode", "ignore-model-config"] where try yaml.boolean(key, default: false) {
      throw yaml.error(key, found: "true", expected: "false: the other is not supported")
    }
    guard yaml.list("output-sampling").isEmpty || yaml.values["output-sampling"] == .scalar("false") else {
      throw yaml.error(
        "output-sampling", found: yaml.found("output-sampling"), expected: "nothing: sampling is not supported")
    }
  }
}
