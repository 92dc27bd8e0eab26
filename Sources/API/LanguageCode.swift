import Foundation
import JSON
import LanguageDetection
import Translation

/// A language code as clients write it: in any case, with hyphen or underscore, or in a short form of LibreTranslate.
struct LanguageCode: Equatable {
  /// LibreTranslate's own codes, and codes by which detectors name a region though they mean a script.
  private static let aliases = [
    "pb": "pt-br", "zh": "zh-hans", "zh-cn": "zh-hans", "zt": "zh-hant", "zh-tw": "zh-hant",
  ]

  /// The most bytes of a text that is compared with codes; a longer one is no code.
  private static let maxBytes = 64

  /// The language, then its script and region, in lower case.
  private let parts: [String]

  init(_ text: String) {
    func parted(_ code: String) -> [String] {
      code.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }.map(String.init)
    }
    let written = parted(text.lowercased())
    parts = Self.aliases[written.joined(separator: "-")].map(parted) ?? written
  }

  /// The code as BCP 47 writes it: `pt-BR`, `zh-Hans`.
  var text: String {
    parts.enumerated().map { index, part in
      guard index > 0 else { return part }
      return part.count == 2 ? part.uppercased() : part.count == 4 ? part.capitalized : part
    }.joined(separator: "-")
  }

  var language: String { parts[0] }

  /// Whether the code names no script, so that it differs from others of the language by region at most.
  private var isOfAnyScript: Bool { parts.dropFirst().allSatisfy { $0.count != 4 } }

  /// Finds a served code.
  /// - Parameter codes: the codes of the service.
  /// - Returns: the code among them that names the same language as the text, else the text in lower case.
  static func served(_ text: String, among codes: some Collection<String>) -> String {
    let lower = text.lowercased()
    guard lower.utf8.count <= maxBytes, !codes.contains(lower) else { return lower }
    let wanted = LanguageCode(lower)
    return codes.first { LanguageCode($0) == wanted } ?? lower
  }

  /// Finds a served code as `served` does, else the language without its region, else the language of any region.
  static func servedInAnyRegion(_ text: String, among codes: some Collection<String>) -> String {
    let codes = Set(codes).sorted()
    let exact = served(text, among: codes)
    guard exact.utf8.count <= maxBytes else { return exact }
    let wanted = LanguageCode(text)
    guard !codes.contains(exact), wanted.isOfAnyScript else { return exact }
    let relatives = codes.filter { LanguageCode($0).language == wanted.language && LanguageCode($0).isOfAnyScript }
    return relatives.min { ($0.utf8.count, $0) < ($1.utf8.count, $1) } ?? exact
  }

  /// The English name of a language (`pt-BR` is Brazilian Portuguese), or its code if it has none.
  static func englishName(_ code: String) -> String {
    Locale(identifier: "en").localizedString(forIdentifier: LanguageCode(code).text) ?? code
  }
}

// MARK: - Languages of the service

extension Translator {
  /// The request with the service's codes for its languages.
  func understood(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    request.source = request.source.map(servedSource)
    request.target = servedTarget(request.target)
    return request
  }

  /// The request with the service's codes for its languages, for clients that ask for regions which are not served.
  func understoodInAnyRegion(_ request: TranslationRequest) -> TranslationRequest {
    var request = request
    request.source = request.source.map { LanguageCode.servedInAnyRegion($0, among: pairs.map(\.source)) }
    request.target = LanguageCode.servedInAnyRegion(request.target, among: pairs.map(\.target))
    return request
  }

  func understood(_ request: AttentionRequest) -> AttentionRequest {
    var request = request
    request.source = servedSource(request.source)
    request.target = servedTarget(request.target)
    return request
  }

  private func servedSource(_ code: String) -> String {
    LanguageCode.served(code, among: pairs.lazy.map(\.source))
  }

  private func servedTarget(_ code: String) -> String {
    LanguageCode.served(code, among: pairs.lazy.map(\.target))
  }
}

extension JSONWriter {
  /// Writes a language as LibreTranslate does, with the confidence in percent.
  mutating func detected(_ found: DetectedLanguage) {
    object { writer in
      writer.member("confidence", (found.confidence * 1000).rounded() / 10)
      writer.member("language", LanguageCode(found.language).text)
    }
  }
}
