import Files
import JSON

/// The search that a checkpoint asks for: `generation_config.json`, or `config.json` in repositories without that file.
///
/// If the file exists `config.json` is not read, as in `transformers`.
package struct GenerationConfiguration: Sendable, Equatable {
  /// The point at which beam search can stop although hypotheses are still open.
  package enum EarlyStopping: Sendable, Equatable {
    /// The best open hypothesis, normalised by its present length, is no better than the worst finished one.
    case heuristic
    /// The number of finished hypotheses is that of beams.
    case always
    /// The condition of `heuristic`, but normalised by the greatest length if the penalty favours length.
    case never
  }

  package var beam: Int
  package var lengthPenalty: Float
  package var earlyStopping: EarlyStopping
  /// The most target tokens, end of sentence included; nil if the file does not give it.
  package var maxLength: Int?
  /// The least target tokens: the end of sentence is forbidden before.
  package var minLength: Int
  /// Token that is produced last, at `maxLength`.
  package var forcedEndToken: Int32?
  /// Token that is produced first.
  package var forcedStartToken: Int32?
  /// Tokens that are never produced.
  package var forbiddenTokens: [Int32]
  /// Whether log-probabilities are normalised again without the forbidden tokens.
  package var renormalize: Bool

  /// - Throws: `FileError` if the file is broken or asks for a search that is not supported.
  package init(_ folder: ModelFolder, configuration: some PublishedConfiguration) throws {
    let name = "generation_config.json"
    let file = folder.contains(name) ? try folder.json(name) : try folder.requiredConfiguration()
    try self.init(file, configuration: configuration)
  }

  init(beam: Int, lengthPenalty: Float, forbiddenTokens: [Int32]) {
    self.beam = beam
    self.lengthPenalty = lengthPenalty
    self.forbiddenTokens = forbiddenTokens
    earlyStopping = .heuristic
    minLength = 0
    renormalize = false
  }

  init(_ file: ConfigurationFile, configuration: some PublishedConfiguration) throws {
    try Self.refuseOtherSearches(file)
    let tokens = 0...configuration.targetVocabularySize - 1
    beam = try file.integer("num_beams", in: 1...ModelLimits.maxBeam, default: 1)
    lengthPenalty = Float(try file.number("length_penalty", default: 1))
    guard abs(lengthPenalty) <= 100 else {
      throw file.error("length_penalty", found: "\(lengthPenalty)", expected: "a number from -100 to 100")
    }
    earlyStopping = try Self.earlyStopping(file)
    let positions = configuration.maxPositions
    maxLength = try Self.length("max", file).map { min(max($0, 1), positions) }
    minLength = try Self.length("min", file) ?? 0
    forcedEndToken = try file.optionalInteger("forced_eos_token_id", in: tokens).map(Int32.init)
    forcedStartToken = try file.optionalInteger("forced_bos_token_id", in: tokens).map(Int32.init)
    forbiddenTokens = try Self.forbidden(file, tokens, end: configuration.endToken)
    renormalize = try file.boolean("renormalize_logits", default: false)
    for (key, expected) in [
      ("decoder_start_token_id", configuration.startToken), ("eos_token_id", configuration.endToken),
    ] {
      let found = try file.optionalInteger(key, in: tokens)
      guard found == nil || found == Int(expected) else {
        throw file.error(key, found: file.found(key), expected: "\(expected), as config.json says")
      }
    }
  }

  /// The highest limit of tokens that is accepted.
  private static let maxTokens = 1 << 20

  /// A limit in target tokens. `max_length` and `min_length` count the decoder's start token; `…_new_tokens` do not, and
  /// take precedence.
  private static func length(_ which: String, _ file: ConfigurationFile) throws -> Int? {
    if let new = try file.optionalInteger("\(which)_new_tokens", in: 0...maxTokens) { return new }
    return try file.optionalInteger("\(which)_length", in: 0...maxTokens).map { max($0 - 1, 0) }
  }

  private static func earlyStopping(_ file: ConfigurationFile) throws -> EarlyStopping {
    switch file["early_stopping"] {
    case nil, .bool(false): return .heuristic
    case .bool(true): return .always
    case .string("never"): return .never
    case let other:
      throw file.error("early_stopping", found: other?.description ?? "nothing", expected: "true, false or \"never\"")
    }
  }

  /// Reads `bad_words_ids` and `suppress_tokens`. The end of sentence among the bad words is ignored, as in
  /// `transformers`.
  private static func forbidden(
    _ file: ConfigurationFile, _ tokens: ClosedRange<Int>, end: Int32
  ) throws -> [Int32] {
    func token(_ value: JSONValue, _ key: String) throws -> Int32 {
      guard case .integer(let number) = value, tokens.contains(number) else {
        throw file.error(key, found: value.description, expected: "a token from 0 to \(tokens.upperBound)")
      }
      return Int32(number)
    }
    let words = try list("bad_words_ids", file).compactMap { word -> Int32? in
      guard case .array(let ids) = word, ids.count == 1 else {
        throw file.error("bad_words_ids", found: word.description, expected: "lists of one token")
      }
      let bad = try token(ids[0], "bad_words_ids")
      return bad == end ? nil : bad
    }
    return try Set(words + list("suppress_tokens", file).map { try token($0, "suppress_tokens") }).sorted()
  }

  private static func list(_ key: String, _ file: ConfigurationFile) throws -> [JSONValue] {
    switch file[key] {
    case nil: return []
    case .array(let values): return values
    case let other: throw file.error(key, found: other?.description ?? "nothing", expected: "a list")
    }
  }

  private static func refuseOtherSearches(_ file: ConfigurationFile) throws {
    for (key, neutral) in neutralNumbers where try file.number(key, default: neutral) != neutral {
      throw file.error(key, found: file.found(key), expected: "\(neutral): the search is not supported")
    }
    if try file.boolean("do_sample", default: false) {
      throw file.error("do_sample", found: "true", expected: "false: sampling is not supported")
    }
    for key in unsupported where !(file[key] == nil || file[key] == .array([])) {
      throw file.error(key, found: file.found(key), expected: "nothing: it is not supported")
    }
  }

  private static let neutralNumbers: [(String, Double)] = [
    ("no_repeat_ngram_size", 0), ("encoder_no_repeat_ngram_size", 0), ("repetition_penalty", 1),
    ("encoder_repetition_penalty", 1), ("num_beam_groups", 1), ("diversity_penalty", 0), ("penalty_alpha", 0),
    ("guidance_scale", 1),
  ]

  private static let unsupported = [
    "exponential_decay_length_penalty", "sequence_bias", "begin_suppress_tokens", "force_words_ids", "constraints",
    "forced_decoder_ids", "dola_layers", "prompt_lookup_num_tokens", "max_time", "stop_strings",
    "watermarking_config",
  ]
}
