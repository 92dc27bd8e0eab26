import JSON
import Translation

/// The answer of `/v2/translate`.
struct DeepLAnswer: Sendable {
  let texts: [String]
  /// nil where each text's own was found.
  let source: String?
  let tellsCharacters: Bool
  let modelType: String?

  func json(_ translated: [TranslatedText]) -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("translations")
      writer.array(of: zip(texts, translated), translation)
    }
    return writer.bytes
  }

  private func translation(_ writer: inout JSONWriter, _ pair: (text: String, translated: TranslatedText)) {
    writer.object { writer in
      writer.name("detected_source_language")
      writer.string(DeepLLanguages.source(source ?? pair.translated.detected?.language ?? ""))
      writer.name("text")
      writer.string(pair.translated.text)
      if tellsCharacters {
        writer.name("billed_characters")
        writer.integer(pair.text.unicodeScalars.count)
      }
      if let modelType {
        writer.name("model_type_used")
        writer.string(modelType)
      }
    }
  }
}
