import Files
import JSON

/// How a checkpoint asks to be decoded: `generation_config.json`, or `config.json` in repositories from before that
/// file. As in `transformers`, where the file exists `config.json` is not asked.
package struct GenerationConfiguration: Sendable, Equatable {
  /// When beam search may stop although hypotheses are still open.
  package enum EarlyStopping: Sendable, Equatable {
    /// When the best open hypothesis, normalised by its present length, is no better than the worst finished one.
    case heuristic
    /// As soon as there are as many finished ones as beams.
    case always
    /// As `heuristic`, but normalised by the greatest length where the penalty favours length.
    case never
  }

  package var beam: Int
  package var lengthPenalty: Float
  package var earlyStopping: EarlyStopping
  /// Target tokens at most, end of sentence included; nil where the file does not say.
  package var maxLength: Int?
  /// The end of sentence is forbidden before this many target tokens.
  package var minLength: Int
  /// Produced as the last token at `maxLength`.
  package var forcedEndToken: Int32?
  /// Produced first.
  package var forcedStartToken: Int32?
  /// Never produced.
  package var forbiddenTokens: [Int32]
  /// Log-probabilities are normalised again once forbidden tokens are gone.
  package var renormalize: Bool

  /// - Throws: `FileError`, also where the file asks for a search that is not this one.
  package init(directory: String, configuration: some SequenceConfiguration) throws {
    let generation = directory + "/generation_config.json"
    let exists = WeightsFile.exists(generation)
    let file = try ConfigurationFile(path: exists ? generation : directory + "/config.json")
    try self.init(file, configuration: configuration)
  }

  init(_ file: ConfigurationFile, configuration: some SequenceConfiguration) throws {
    try Self.refuseOtherSearches(file)
    let tokens = 0...configuration.targetVocabularySize - 1
    beam = try file.integer("num_beams", in: 1...Self.widestBeam, default: 1)
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

  static let widestBeam = 64
  static let longest = 1 << 20

  /// `max_length` and `min_length` count the decoder's start token, `…_new_tokens` do not and win.
  private static func length(_ which: String, _ file: ConfigurationFile) throws -> Int? {
    if let new = try file.optionalInteger("\(which)_new_tokens", in: 0...longest) { return new }
    return try file.optionalInteger("\(which)_length", in: 0...longest).map { max($0 - 1, 0) }
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

  /// `bad_words_ids` and `suppress_tokens`. The end of sentence among the bad words is ignored, as in `transformers`.
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
