import Files

/// The tokenizer of a published folder, as `tokenizer_config.json` names it: Marian's unless it is a `LetterTokenizer`.
package enum PublishedTokenizer {
  /// - Throws: `FileError` naming the file that is missing or wrong.
  package static func open(directory: String) throws -> any Tokenizer {
    let file = try ConfigurationFile(ifPresent: directory + "/tokenizer_config.json")
    if let file, try file.optionalString("tokenizer_class") == LetterTokenizer.name {
      return try LetterTokenizer(directory: directory, file)
    }
    return try MarianTokenizer(directory: directory)
  }

  /// Tokens of a sentence, its end included, that the model is good for, as `model_max_length` has it; nil where nothing
  /// is said. Published files write 1e30 for no limit.
  /// - Throws: `FileError`.
  package static func longestSource(directory: String) throws -> Int? {
    guard let file = try ConfigurationFile(ifPresent: directory + "/tokenizer_config.json"), file[key] != nil
    else { return nil }
    let length = try file.number(key, default: 0)
    guard length >= 2 else { throw file.error(key, found: file.found(key), expected: "a number from 2") }
    return Int(min(length, 1e9))
  }

  private static let key = "model_max_length"
}
