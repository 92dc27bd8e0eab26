import HTTP
import Translation

/// `GET /spec`: what is served, with the languages and models of the moment.
struct SpecRoute: Sendable {
  let slot: ServiceSlot

  @Sendable func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    var document = try OpenAPIDocument.ofFiles.get()
    // While the models are being loaded, any language may come.
    let (pairs, models) = (try? slot.withService { ($0.pairs, $0.models) }) ?? ([], [])
    document.narrow("SourceLanguage", to: Self.codes(pairs.map(\.source)))
    document.narrow("TargetLanguage", to: Self.codes(pairs.map(\.target)))
    document.narrow("ModelName", to: models.map(\.id))
    document.narrow("ModelNameOrNull", to: models.map(\.id))
    document.narrow("DeepLSource", to: DeepLLanguages.sources(pairs))
    document.narrow("DeepLTarget", to: DeepLLanguages.targets(pairs))
    exchange.respond(HTTPResponse(json: document.json))
  }

  private static func codes(_ codes: [String]) -> [String] {
    Set(codes.map { LanguageCode($0).text }).sorted()
  }
}
