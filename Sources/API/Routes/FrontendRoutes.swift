import Documents
import HTTP
import JSON
import Translation

/// What LibreTranslate's own pages ask for: `/frontend/settings`, `/suggest`.
struct FrontendRoutes: Sendable {
  /// After the last key, before a page asks for a translation, as with LibreTranslate.
  private static let pauseMilliseconds = 500

  let slot: ServiceSlot
  let settings: ServerSettings

  @Sendable func settings(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    let pair = try slot.withService(\.pairs).first
    var writer = JSONWriter()
    writer.object { writer in
      writer.name("charLimit")
      writer.integer(settings.characterLimit)
      writer.name("frontendTimeout")
      writer.integer(Self.pauseMilliseconds)
      let offers = [
        ("apiKeys", settings.needsKey), ("keyRequired", settings.needsKey), ("suggestions", false),
        ("filesTranslation", settings.files != nil),
      ]
      for (name, isOffered) in offers {
        writer.name(name)
        writer.bool(isOffered)
      }
      writer.name("supportedFilesFormat")
      writer.array(of: settings.files == nil ? [] : DocumentFormat.all) { $0.string("." + $1.fileExtension) }
      writer.name("language")
      writer.object { writer in
        language(&writer, "source", pair?.source ?? "en")
        language(&writer, "target", pair?.target ?? "en")
      }
    }
    exchange.respond(HTTPResponse(json: writer.bytes))
  }

  /// What others suggest is kept by nobody here.
  @Sendable func suggest(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    throw Refusal.suggestionsDisabled
  }

  private func language(_ writer: inout JSONWriter, _ role: String, _ code: String) {
    writer.name(role)
    writer.object { writer in
      writer.name("code")
      writer.string(LanguageCode(code).text)
      writer.name("name")
      writer.string(LanguageName.english(code))
    }
  }
}
