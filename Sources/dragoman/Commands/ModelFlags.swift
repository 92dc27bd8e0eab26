import API
import Models
import Terminal
import Translation

/// Flags about models that several commands share.
enum ModelFlags {
  static let models = Flag.texts(
    "model", "DIR", "folder of a model to serve; NAME=DIR gives it an id other than the folder's name")
  static let model = Flag.optionalText("model", "DIR", "folder of the model")
  static let workers = Flag.integer(
    "workers", "N", default: defaults.workers, in: 1...256,
    "threads that translate, each with a batch on one core; one busy worker uses all cores")
  static let beam = Flag.optionalInteger(
    "beam", "N", in: 1...16, "hypotheses kept; 1 is greedy; the model's own number if absent")
  static let maxBatchTokens = Flag.integer(
    "max-batch-tokens", "N", default: defaults.maxBatchTokens, in: 1...1 << 24,
    "tokens in a worker's batch, padding included")
  static let maxBatchRows = Flag.optionalInteger(
    "max-batch-rows", "N", in: 1...1 << 16,
    "hypotheses in a worker's batch; 12, or 32 with models over 32 MB, or unlimited with static batches")
  static let pair = Flag.optionalPair(
    "pair", "en-fr", "languages of a model that does not name them, or has several")
  static let precision = Flag.optionalChoice(
    "precision", Precision.allCases, "numbers to compute with; each model's own if absent")
  static let glossary = Flag.texts(
    "glossary", "FILE", "file of terms: .tsv, .csv or .tbx; the first of several that has a term decides")
  static let noShortlist = Flag.toggle("no-shortlist", "ignore lexical shortlists")
  static let defaults = ServiceConfiguration(modelDirectories: [])

  static func preferences(_ values: FlagValues) -> ModelPreferences {
    ModelPreferences(precision: values[precision], usesShortlist: !values[noShortlist])
  }
}

extension RequestGlossaries {
  /// The glossaries of the files that a command names.
  /// - Throws: `FileError`.
  static func files(_ values: FlagValues) throws -> RequestGlossaries {
    RequestGlossaries(try values[ModelFlags.glossary].flatMap { try GlossaryFile(path: $0).glossaries })
  }
}

// MARK: Kinds of flags

extension Flag where Value == LanguagePair? {
  static func optionalPair(_ name: String, _ placeholder: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultValue: nil,
      parse: { texts in
        let text = texts.last ?? ""
        guard let pair = LanguagePair(text) else {
          throw FlagMismatch(expected: "two language codes, as in en-fr or en-pt-BR", found: text)
        }
        return pair
      })
  }
}

extension Flag where Value == [AddressRange] {
  package static func addressRanges(_ name: String, _ help: String) -> Flag {
    list(name, "CIDR", of: AddressRange.init, expected: "an address or a range, as in 10.0.0.0/8", help)
  }
}

extension Flag where Value == [AllowedOrigin] {
  package static func origins(_ name: String, _ help: String) -> Flag {
    list(name, "ORIGIN", of: AllowedOrigin.init, expected: "an origin, as in https://example.org, or *", help)
  }
}

extension Flag where Value == URLPrefix {
  static func urlPrefix(_ name: String, _ help: String) -> Flag {
    Flag(
      name: name, placeholder: "PATH", help: help, defaultText: "none", defaultValue: URLPrefix(),
      parse: { texts in
        let text = texts.last ?? ""
        guard let prefix = URLPrefix(text) else { throw FlagMismatch(expected: "a path, as in /mt", found: text) }
        return prefix
      })
  }
}

extension Flag {
  /// A flag whose value is a comma-separated list of words; its default is `all`.
  static func words(
    _ name: String, _ placeholder: String, default value: Value, _ help: String,
    _ read: @escaping @Sendable ([String]) throws(AttentionWords.Mismatch) -> Value
  ) -> Flag {
    Flag(
      name: name, placeholder: placeholder, help: help, defaultText: "all", defaultValue: value,
      parse: { texts in
        do {
          return try read((texts.last ?? "").split { $0 == "," || $0 == " " }.map(String.init))
        } catch let mismatch as AttentionWords.Mismatch {
          throw FlagMismatch(expected: mismatch.expected, found: mismatch.found)
        }
      })
  }
}
