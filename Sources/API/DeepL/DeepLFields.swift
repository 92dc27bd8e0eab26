import Translation

/// What `/v2/translate` is asked (DeepL's API reference, "Translate text").
///
/// `context`, `preserve_formatting` and `tag_handling_version` are taken and change nothing: a sentence is translated by
/// itself, and its white space and punctuation are never corrected.
struct DeepLFields {
  /// What would change the translation and is not there.
  private static let missing = [
    "glossary_id", "glossary_ids", "style_id", "translation_memory_id", "custom_instructions",
  ]
  /// Hypotheses kept where the better and slower search is asked for.
  private static let widerBeam = 4

  var translation: TranslationRequest
  /// Whether the answer tells each text's characters.
  var tellsCharacters: Bool
  /// What the answer says of how was searched, where the request asked for one way.
  var modelType: String?

  /// - Throws: `Refusal` for a field that is missing, holds what it may not, or asks for what there is none of.
  init(_ fields: RequestFields) throws {
    guard let texts = try fields.texts("text"), !texts.values.isEmpty else {
      throw Refusal.malformed("Invalid request: missing text parameter")
    }
    for name in Self.missing where fields.holds(name) {
      throw Refusal.malformed("\(name) is not supported by this server")
    }
    try Self.checkFormality(fields)
    let model = try Self.model(fields)
    translation = TranslationRequest(
      texts: texts.values, source: try fields.string("source_lang").flatMap { $0.isEmpty ? nil : $0.lowercased() },
      target: try fields.required("target_lang").lowercased(), beam: model?.beam,
      splitting: try Self.splitting(fields))
    translation.format = try Self.format(fields)
    tellsCharacters = try fields.boolean("show_billed_characters") ?? false
    modelType = model?.name
  }

  /// Models have no formality; what may fall back to the default does.
  private static func checkFormality(_ fields: RequestFields) throws {
    switch try fields.string("formality") {
    case nil, "", "default", "prefer_more", "prefer_less": return
    case "more", "less":
      throw Refusal.malformed(
        "'formality' is not supported for given 'target_lang'; prefer_more and prefer_less are taken")
    case .some(let found):
      throw Refusal.malformed(
        "formality: expected default, prefer_more, prefer_less, more or less, found \(found.excerpt)")
    }
  }

  /// Each model is searched in two ways, which is the difference that is asked for.
  private static func model(_ fields: RequestFields) throws -> (name: String, beam: Int)? {
    switch try fields.string("model_type") {
    case nil, "": return nil
    case "latency_optimized": return ("latency_optimized", 1)
    case "quality_optimized", "prefer_quality_optimized": return ("quality_optimized", widerBeam)
    case .some(let found):
      throw Refusal.malformed(
        "model_type: expected latency_optimized, quality_optimized or prefer_quality_optimized, found \(found.excerpt)")
    }
  }

  private static func format(_ fields: RequestFields) throws -> TextFormat {
    switch try fields.string("tag_handling") {
    case nil, "": return .text
    case "html": return .html
    case "xml":
      func names(_ field: String) throws -> Set<String> { Set(try fields.list(field) ?? []) }
      return .xml(
        XMLRules(
          ignored: try names("ignore_tags"), splitting: try names("splitting_tags"),
          nonSplitting: try names("non_splitting_tags"),
          outlineDetection: try fields.boolean("outline_detection") ?? true))
    case .some(let found): throw Refusal.malformed("tag_handling: expected xml or html, found \(found.excerpt)")
    }
  }

  /// A line end within HTML is white space like any other, unless the request says otherwise.
  private static func splitting(_ fields: RequestFields) throws -> SentenceSplitting {
    switch try fields.word("split_sentences") {
    case nil, "": return try fields.string("tag_handling") == "html" ? .sentences : .sentencesAndLines
    case "1": return .sentencesAndLines
    case "0": return .none
    case "nonewlines": return .sentences
    case .some(let found):
      throw Refusal.malformed("split_sentences: expected 0, 1 or nonewlines, found \(found.excerpt)")
    }
  }
}
