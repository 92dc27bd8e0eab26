import HTTP
import JSON
import Languages
import Resources
import Translation

/// The OpenAPI 3.0 document of all routes, from the files in `CResources/files/openapi`.
struct OpenAPIDocument: Sendable {
  /// The document as the files have it, read once.
  static let ofFiles = Result { try OpenAPIDocument() }

  private static let limits = JSONLimits(depth: 32, values: 1 << 16, repeatedNames: .refused)

  private var root: [String: JSONValue]
  private var components: [String: JSONValue]
  private var schemas: [String: JSONValue]

  /// - Throws: `JSONError`, or `Refusal` if a file is missing or has another form than expected.
  private init() throws {
    root = try Self.read("main")
    components = try Self.object("components", of: root)
    let deepL = try Self.read("deepl")
    schemas = try Self.read("schemas").merging(Self.object("schemas", of: deepL)) { first, _ in first }
    var paths = try Self.read("paths").merging(Self.object("paths", of: deepL)) { first, _ in first }
    for operation in WireFormats.all.flatMap({ $0.operations }) {
      var methods = try paths[operation.path].map { _ in try Self.object(operation.path, of: paths) } ?? [:]
      let method = operation.method.lowercased()
      methods[method] = WireOperation.joined(methods[method], operation.json)
      paths[operation.path] = .object(methods)
    }
    root["paths"] = .object(paths)
  }

  mutating func setServer(_ path: String) {
    root["servers"] = .array([.object(["url": .string(path)])])
  }

  /// Lists the values that a schema of strings has at present; without values the schema stays open.
  mutating func narrow(_ schema: String, to values: [String]) {
    guard case .object(var members)? = schemas[schema], !values.isEmpty else { return }
    let nothing: [JSONValue] = members["nullable"] == .bool(true) ? [.null] : []
    members["enum"] = .array(values.map(JSONValue.string) + nothing)
    schemas[schema] = .object(members)
  }

  var json: [UInt8] {
    var document = root
    document["components"] = .object(components.merging(["schemas": .object(schemas)]) { $1 })
    var writer = JSONWriter(capacity: 1 << 16)
    writer.value(.object(document))
    return writer.bytes
  }

  private static func read(_ name: String) throws -> [String: JSONValue] {
    guard let file = Resource("openapi/\(name).json"),
      case .object(let members) = try JSONValue(file.bytes, within: limits)
    else { throw Refusal.malformed("openapi/\(name).json: expected an object") }
    return members
  }

  private static func object(_ name: String, of members: [String: JSONValue]) throws -> [String: JSONValue] {
    guard case .object(let inner)? = members[name] else { throw Refusal.malformed("\(name): expected an object") }
    return inner
  }
}

// MARK: - The route

/// `GET /spec`: the document, with the languages and models that are served at the moment.
struct SpecRoute: Sendable {
  let slot: ServiceSlot
  /// The path below which the server is.
  let urlPrefix: URLPrefix

  @Sendable func handle(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    var document = try OpenAPIDocument.ofFiles.get()
    // While the models are being loaded, any language is possible.
    let (pairs, models) = (try? slot.withService { ($0.pairs, $0.models) }) ?? (ServedPairs([LanguagePair]()), [])
    if !urlPrefix.text.isEmpty { document.setServer(urlPrefix.text) }
    document.narrow("SourceLanguage", to: Self.codes(pairs.sources))
    document.narrow("TargetLanguage", to: Self.codes(pairs.targets))
    document.narrow("ModelName", to: models.map(\.id))
    document.narrow("ModelNameOrNull", to: models.map(\.id))
    document.narrow("DeepLSource", to: DeepLLanguages.sources(pairs))
    document.narrow("DeepLTarget", to: DeepLLanguages.targets(pairs))
    exchange.respond(json: document.json)
  }

  private static func codes(_ codes: [String]) -> [String] {
    Set(codes.map { LanguageCode($0).text }).sorted()
  }
}
