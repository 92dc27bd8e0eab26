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
}
