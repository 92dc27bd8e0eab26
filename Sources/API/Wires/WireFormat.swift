import JSON
import LanguageDetection
import Languages
import Translation

/// The API of another service on the port of this server, with its own fields, answers and errors.
protocol WireFormat: Sendable {
  /// The routes as the OpenAPI document describes them, except for those in its files. An operation that other wires have
  /// too is joined with theirs.
  static var operations: [WireOperation] { get }
  /// Beginnings of paths whose requests are answered with errors of the wire, even if no route has the path.
  static var folders: [String] { get }
  static var errors: ErrorShape { get }

  init(_ server: RouteContext)

  var routes: [Route] { get }
}

extension WireFormat {
  static var operations: [WireOperation] { [] }
  static var folders: [String] { [] }
  static var errors: ErrorShape { .plain }
}

/// All wires beside LibreTranslate's, whose routes are in `TranslationAPI`.
enum WireFormats {
  static let all: [any WireFormat.Type] = [
    DeepLRoutes.self,
    DeepLDocuments.self,
    DeepLGlossaries.self,
    DeepLX.self,
    MTranServer.self,
    ImmersiveTranslate.self,
    NLLBServe.self,
    AzureTranslator.self,
    GoogleTranslate.self,
    XUnity.self,
    Lingva.self,
  ]

  /// The shape of errors of a path that no route has.
  static func errors(at path: String) -> ErrorShape {
    for wire in all where wire.folders.contains(where: { path.utf8.starts(with: $0.utf8) }) { return wire.errors }
    return .plain
  }
}

// MARK: - Fields of several wires

extension RequestFields {
  /// A request for texts.
  /// - Parameters:
  ///   - source: the field of the source language.
  ///   - target: the field of the target language, which must be present.
  func request(
    _ texts: [String], from source: String, to target: String, _ terms: RequestTerms
  ) throws -> TranslationRequest {
    var request = TranslationRequest(
      texts: texts, source: try self.source(source), target: try required(target).lowercased())
    request.terms = terms
    return request
  }

  /// The source language in a field; nil if the field is absent, empty or `auto`, which asks for detection.
  func source(_ name: String) throws -> String? {
    Self.source(code: try string(name) ?? "")
  }

  /// The source language that a text names; nil if it asks for detection.
  static func source(code text: String) -> String? {
    let code = text.lowercased()
    return ["", "auto", "auto-detect", "autodetect", "und"].contains(code) ? nil : code
  }

  /// A text that must be present; it can be empty.
  func text(_ name: String) throws -> String {
    guard let texts = try texts(name), !texts.isArray, let text = texts.values.first else {
      throw Refusal.missing(name)
    }
    return text
  }

  /// An array of texts that must be present, with one at least; a text alone counts as an array.
  func textList(_ name: String) throws -> [String] {
    guard let texts = try texts(name), !texts.values.isEmpty else {
      throw Refusal.missing(name)
    }
    return texts.values
  }
}

extension TranslatedText {
  /// The source language of the translation as BCP 47 writes it.
  /// - Parameter source: the language that the request named; nil if it was detected.
  func sourceCode(named source: String?) -> String {
    LanguageCode(source ?? detected?.language ?? "en").text
  }
}
