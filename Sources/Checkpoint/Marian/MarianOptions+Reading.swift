extension MarianOptions {
  static let deepestFeedForward = 16

  static func vocabularies(_ yaml: FlatYAML) throws -> (source: Int, target: Int) {
    let bounds = 2...MarianConfiguration.largestVocabulary
    let expected = "two whole numbers from \(bounds.lowerBound) to \(bounds.upperBound)"
    let sizes = yaml.list("dim-vocabs").map { Int($0).flatMap { bounds.contains($0) ? $0 : nil } }
    guard sizes.count == 2, let source = sizes[0], let target = sizes[1] else {
      throw yaml.error(
        "dim-vocabs", found: yaml.list("dim-vocabs").prefix(4).joined(separator: ", "), expected: expected)
    }
    return (source, target)
  }

  static func feedForward(_ yaml: FlatYAML) throws -> FeedForward {
    FeedForward(
      width: try yaml.integer("transformer-dim-ffn", in: 1...MarianConfiguration.largestFeedForward),
      depth: try yaml.integer("transformer-ffn-depth", in: 1...deepestFeedForward, default: 2))
  }

  /// Where the decoder's own numbers are 0 or absent, the encoder's hold.
  static func decoderFeedForward(_ yaml: FlatYAML, _ encoder: FeedForward) throws -> FeedForward {
    let width = try yaml.integer(
      "transformer-decoder-dim-ffn", in: 0...MarianConfiguration.largestFeedForward, default: 0)
    let depth = try yaml.integer("transformer-decoder-ffn-depth", in: 0...deepestFeedForward, default: 0)
    return FeedForward(width: width == 0 ? encoder.width : width, depth: depth == 0 ? encoder.depth : depth)
  }

  static func activation(_ yaml: FlatYAML) throws -> Activation {
    let key = "transformer-ffn-activation"
    guard let activation = Activation(rawValue: try yaml.string(key, default: "swish")) else {
      throw yaml.error(key, found: yaml.found(key), expected: "relu, swish or gelu")
    }
    return activation
  }

  static func autoregression(_ yaml: FlatYAML) throws -> Autoregression {
    let key = "transformer-decoder-autoreg"
    switch try yaml.string(key, default: "self-attention") {
    case "self-attention": return .selfAttention
    case "rnn":
      guard try yaml.string("dec-cell", default: "gru") == "ssru" else {
        throw yaml.error("dec-cell", found: yaml.found("dec-cell"), expected: "ssru, the one cell that is supported")
      }
      try refuse(yaml, "layer-normalization", unless: false)
      return .ssru(projects: try yaml.boolean("transformer-rnn-projection", default: false))
    default: throw yaml.error(key, found: yaml.found(key), expected: "rnn or self-attention")
    }
  }

  static func embeddings(_ yaml: FlatYAML) throws -> Embeddings {
    let all = try yaml.boolean("tied-embeddings-all", default: false)
    let shared = try yaml.boolean("tied-embeddings-src", default: false)
    let output = try yaml.boolean("tied-embeddings", default: false)
    if all || shared && output { return .one }
    if shared { return .sharedWithOutput }
    return output ? .separate : .separateWithOutput
  }

  /// Marian applies "process strings" letter by letter: d dropout, a the residual sum, n layer norm. Of all that can be
  /// spelt so, the two forms that Transformers are trained in are accepted.
  static func normalizeBefore(_ yaml: FlatYAML) throws -> Bool {
    let before = try process(yaml, "transformer-preprocess", default: "")
    let after = try process(yaml, "transformer-postprocess", default: "dan")
    switch (before, after) {
    case ("n", "a"): return true
    case ("", "an"): return false
    default:
      throw yaml.error(
        "transformer-preprocess and transformer-postprocess",
        found: "\(yaml.found("transformer-preprocess")) and \(yaml.found("transformer-postprocess"))",
        expected: "\"n\" and \"a\" (norm before each sub-layer) or \"\" and \"an\" (norm behind it), with any \"d\"")
    }
  }

  static func normalizes(_ yaml: FlatYAML, _ key: String, default fallback: String) throws -> Bool {
    switch try process(yaml, key, default: fallback) {
    case "": return false
    case "n": return true
    default: throw yaml.error(key, found: yaml.found(key), expected: "at most one \"n\", with any \"d\"")
    }
  }

  /// A process string without its dropout, which does nothing in translation.
  private static func process(_ yaml: FlatYAML, _ key: String, default fallback: String) throws -> String {
    let letters = try yaml.string(key, default: fallback)
    guard !letters.contains("h") else {
      throw yaml.error(key, found: yaml.found(key), expected: "no \"h\": highway connections are not supported")
    }
    return letters.filter { $0 != "d" }
  }

  static func decoderLayerNames(_ yaml: FlatYAML, layers: Int) throws -> [Int] {
    let key = "transformer-tied-layers"
    let names = yaml.list(key)
    guard !names.isEmpty else { return Array(1...layers) }
    let numbers = names.compactMap { Int($0) }.filter { (1...layers).contains($0) }
    guard numbers.count == names.count, numbers.count == layers else {
      throw yaml.error(key, found: yaml.found(key), expected: "for each of dec-depth \(layers) a number up to it")
    }
    return numbers
  }

  static func alignmentLayer(_ yaml: FlatYAML, layers: Int) throws -> Int? {
    let key = "transformer-guided-alignment-layer"
    switch try yaml.string(key, default: "last") {
    case "last": return layers
    case "none": return nil
    default: return try yaml.integer(key, in: 1...layers)
    }
  }

  /// Refuses by name what would be another model.
  static func refuseOthers(_ yaml: FlatYAML) throws {
    guard try yaml.string("type") == "transformer" else {
      throw yaml.error("type", found: yaml.found("type"), expected: "transformer")
    }
    for key in [
      "transformer-train-position-embeddings", "right-left", "ulr", "transformer-pool", "transformer-no-bias",
      "transformer-no-affine", "transformer-disable-position-embeddings",
    ] { try refuse(yaml, key, unless: false) }
    let mask = "transformer-attention-mask"
    guard try yaml.string(mask, default: "default") == "default" else {
      throw yaml.error(mask, found: yaml.found(mask), expected: "default")
    }
    guard try yaml.integer("lemma-dim-emb", in: 0...Int.max, default: 0) == 0 else {
      throw yaml.error("lemma-dim-emb", found: yaml.found("lemma-dim-emb"), expected: "0: factors are not supported")
    }
    guard yaml.list("input-types").allSatisfy({ $0 == "sequence" }) else {
      throw yaml.error("input-types", found: yaml.found("input-types"), expected: "sequences alone")
    }
  }

  private static func refuse(_ yaml: FlatYAML, _ key: String, unless neutral: Bool) throws {
    guard try yaml.boolean(key, default: neutral) == neutral else {
      throw yaml.error(key, found: "\(!neutral)", expected: "\(neutral): the other is not supported")
    }
  }
}
