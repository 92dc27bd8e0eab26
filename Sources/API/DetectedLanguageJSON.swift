import JSON
import LanguageDetection

extension JSONWriter {
  /// As LibreTranslate has it: the confidence in percent.
  mutating func detected(_ found: DetectedLanguage) {
    object { writer in
      writer.name("confidence")
      writer.real((found.confidence * 1000).rounded() / 10)
      writer.name("language")
      writer.string(LanguageCode(found.language).text)
    }
  }
}
