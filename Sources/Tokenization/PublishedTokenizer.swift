import Files

/// The tokenizer of a folder that is laid out as Hugging Face's repositories are, by its `tokenizer_config.json`.
package enum PublishedTokenizer {
  /// Opens the tokenizer that `tokenizer_class` names: a `LetterTokenizer`, or Marian's for all other names.
  /// - Throws: `FileError` that names the file that is missing or wrong.
  package static func open(_ folder: ModelFolder) throws -> any Tokenizer {
    if let file = folder.tokenizerConfiguration, try file.optionalString("tokenizer_class") == LetterTokenizer.name {
      return try LetterTokenizer(folder, file)
    }
    return try HuggingFaceMarianTokenizer(folder)
  }

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
