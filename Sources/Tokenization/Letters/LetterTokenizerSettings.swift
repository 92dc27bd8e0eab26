import Files

/// What `tokenizer_config.json` says of a `LetterTokenizer`.
struct LetterTokenizerSettings {
  /// `bos_token`, read before the letters where `vocab.json` has it.
  let start: String
  /// `eos_token`, behind the letters and behind the symbols.
  let end: String
  /// `unk_token`, for a letter that `vocab.json` lacks.
  let unknown: String
  /// `pad_token`
  let pad: String
  /// `do_lower_case`: letters are looked up in lower case.
  let lowersCase: Bool
  /// `source_length`: the model reads so many tokens of every word, padding among them; 0 where it reads no padding.
  let sourceLength: Int
  /// `target_separator`: one character, or none, between two symbols of a translation.
  let separator: String

  /// - Throws: `FileError`.
  init(_ file: ConfigurationFile) throws {
    start = try file.string("bos_token", default: "<s>")
    end = try file.string("eos_token", default: MarianSide.end)
    unknown = try file.string("unk_token", default: MarianSide.unknown)
    pad = try file.string("pad_token", default: MarianSide.pad)
    lowersCase = try file.boolean("do_lower_case", default: false)
    sourceLength = try file.integer("source_length", in: 0...1024, default: 0)
    separator = try file.string("target_separator", default: "")
    guard separator.unicodeScalars.count <= 1 else {
      throw file.error("target_separator", found: file.found("target_separator"), expected: "one character or none")
    }
  }
}
