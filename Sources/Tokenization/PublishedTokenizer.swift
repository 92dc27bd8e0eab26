import Files

/// The tokenizer of a folder that is laid out as Hugging Face's repositories are, by its `tokenizer_config.json`.
package enum PublishedTokenizer {
  /// Opens the tokenizer that `tokenizer_class` names: a `LetterTokenizer`, or Marian's for all other names.
  /// - Throws: `FileError` that names the file that is missing or wrong.
  package static func open(_ folder: ModelFolder) throws -> any Tokenizer {
    if let file = folder.tokenizerConfiguration, try file.optionalString("tokenizer_class") == LetterTokenizer.name {
      return try LetterTokenizer(folder, file)
    }
    return try isAlone(folder, without: "source.spm") ? TokenizerJSON(folder) : HuggingFaceMarianTokenizer(folder)
  }

  /// Whether `tokenizer.json` has to do without the SentencePiece model.
  private static func isAlone(_ folder: ModelFolder, without pieces: String) -> Bool {
    !folder.contains(pieces) && folder.contains(TokenizerJSON.name)
  }

  /// Opens the tokenizer of M2M-100 and its kin. Without `tokenizer_class`, the files tell.
  /// - Parameter isSmall: whether the model has the shape of SMaLL-100.
  /// - Throws: `FileError` that names the file that is missing or wrong.
  package static func openM2M(_ folder: ModelFolder, isSmall: Bool) throws -> any Tokenizer {
    let file = folder.tokenizerConfiguration
    guard !isAlone(folder, without: pieceModel) else {
      return try TokenizerJSON(folder, layout: isSmall ? .targetBeforeText : nil)
    }
    guard folder.contains("vocab.json") else {
      let isLegacy = try file?.boolean("legacy_behaviour", default: false) ?? false
      return try MultilingualTokenizer(folder, isLegacy ? .legacyNLLB : .nllb)
    }
    if try isSmall || file?.optionalString("tokenizer_class") == "SMALL100Tokenizer" {
      return try MultilingualTokenizer(folder, .small100)
    }
    let isOfWMT = try file?.optionalString("language_codes") == "wmt21"
    return try MultilingualTokenizer(folder, isOfWMT ? .wmt21 : .m2m100)
  }

  /// Opens the tokenizer of mBART, of 50 languages unless `tokenizer_class` says otherwise.
  /// - Throws: `FileError` that names the file that is missing or wrong.
  package static func openMBART(_ folder: ModelFolder, vocabulary: Int) throws -> any Tokenizer {
    let name = try folder.tokenizerConfiguration?.optionalString("tokenizer_class") ?? ""
    let isOf25 = name.hasPrefix("MBartTokenizer") || (name.isEmpty && vocabulary < vocabularyOfMBART50)
    if isAlone(folder, without: pieceModel) {
      return try TokenizerJSON(folder, layout: isOf25 ? .targetFedFirst : .sourceBeforeText)
    }
    return try MultilingualTokenizer(folder, isOf25 ? .mBART25 : .mBART50)
  }

  /// Opens T5's tokenizer.
  /// - Throws: `FileError` that names the file that is missing or wrong.
  package static func openT5(_ folder: ModelFolder) throws -> any Tokenizer {
    try isAlone(folder, without: "spiece.model") ? TokenizerJSON(folder) : T5Tokenizer(folder)
  }

  private static let pieceModel = "sentencepiece.bpe.model"

  private static let vocabularyOfMBART50 = 250_054

  /// Number of tokens of a sentence, its end included, that the model is good for: `model_max_length`. Nil if the file
  /// does not give it; published files write 1e30 for no limit.
  /// - Throws: `FileError` if it is no number from 2.
  package static func maxSourceTokens(_ folder: ModelFolder) throws -> Int? {
    let key = "model_max_length"
    guard let file = folder.tokenizerConfiguration, file[key] != nil else { return nil }
    let length = try file.number(key, default: 0)
    guard length >= 2 else { throw file.error(key, found: file.found(key), expected: "a number from 2") }
    return Int(min(length, 1e9))
  }
}
