/// How a Marian folder asks to be decoded.
package struct MarianDecoding: Sendable, Equatable {
  package var beam: Int
  /// A hypothesis' score is its log-probability / length^`normalize` − `wordPenalty` · length.
  package var normalize: Float
  package var wordPenalty: Float
  /// Target tokens at most, as a multiple of the source's, end of sentence counted in both.
  package var maxLengthFactor: Float
  /// Source tokens at most that are translated at once, end of sentence included: Bergamot's `max-length-break`.
  package var longestSource: Int
  /// Whether the unknown word may be produced.
  package var allowsUnknown: Bool

  /// Bergamot's, and what Firefox asks for.
  private static let usualBreak = 128

  /// What Firefox asks of its models, for folders that say nothing.
  package static let firefox = MarianDecoding(
    beam: 1, normalize: 1, wordPenalty: 0, maxLengthFactor: 2, longestSource: usualBreak, allowsUnknown: false)

  package init(
    beam: Int, normalize: Float, wordPenalty: Float, maxLengthFactor: Float, longestSource: Int,
    allowsUnknown: Bool
  ) {
    self.beam = beam
    self.normalize = normalize
    self.wordPenalty = wordPenalty
    self.maxLengthFactor = maxLengthFactor
    self.longestSource = longestSource
    self.allowsUnknown = allowsUnknown
  }

  /// What `decoder.yml` says; absent keys have the defaults of `marian-decoder`.
  init(_ yaml: FlatYAML) throws {
    try Self.refuseOtherSearches(yaml)
    beam = try yaml.integer("beam-size", in: 1...GenerationConfiguration.widestBeam, default: 12)
    normalize = try yaml.number("normalize", in: -100...100, default: 0)
    wordPenalty = try yaml.number("word-penalty", in: -100...100, default: 0)
    maxLengthFactor = try yaml.number("max-length-factor", in: 0.01...1000, default: 3)
    longestSource = try yaml.integer("max-length-break", in: 2...100_000, default: Self.usualBreak)
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
