import Models
import Translation

/// Flags that several subcommands share.
enum CommonFlags {
  static let models = Flag.texts("model", "DIR", "folder of a model to serve")
  static let model = Flag.optionalText("model", "DIR", "folder of the model")
  static let workers = Flag.integer(
    "workers", "N", default: defaults.workers, in: 1...256,
    "threads that translate: each a batch on one core, or all one batch while there is no other")
  static let beam = Flag.optionalInteger(
    "beam", "N", in: 1...16, "hypotheses kept, 1 is greedy; the model's own where not given")
  static let maxBatchTokens = Flag.integer(
    "max-batch-tokens", "N", default: defaults.maxBatchTokens, in: 1...1 << 24,
    "tokens under way on a worker, padding included")
  static let maxBatchRows = Flag.optionalInteger(
    "max-batch-rows", "N", in: 1...1 << 16,
    "hypotheses decoded together on a worker; 12, or 32 with models over 32 MB, or any number with static batches")
  static let pair = Flag.optionalPair(
    "pair", "en-fr", "languages of a model whose folder does not name them")
  static let precision = Flag.optionalChoice(
    "precision", Precision.allCases, "numbers to multiply in; each model's own where not given")
  static let noShortlist = Flag.toggle("no-shortlist", "do without the lexical shortlists of models that have one")
  static let defaults = ServiceConfiguration(modelDirectories: [])

  static func preferences(_ values: FlagValues) -> ModelPreferences {
    ModelPreferences(precision: values[precision], usesShortlist: !values[noShortlist])
  }

  static func required(_ values: FlagValues, _ flag: Flag<String?>) throws -> String {
    guard let value = values[flag] else {
      throw UsageError("--\(flag.name) is missing, expected \(flag.placeholder ?? "a value")")
    }
    return value
  }
}
