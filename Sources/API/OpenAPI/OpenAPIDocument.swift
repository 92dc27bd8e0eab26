import JSON
import Resources

/// The OpenAPI 3.0 document of everything that is served, from the files in `CResources/files/openapi`.
struct OpenAPIDocument: Sendable {
  /// The files, read once.
  static let ofFiles = Result { try OpenAPIDocument() }

  private static let limits = JSONLimits(depth: 32, values: 1 << 16, repeatedNames: .refused)

  private var root: [String: JSONValue]
  private var components: [String: JSONValue]
  private var schemas: [String: JSONValue]

  /// - Throws: `JSONError`, or `Refusal` where a file is not there or not of the form that is read here.
  private init() throws {
    root = try Self.read("main")
    components = try Self.object("components", of: root)
    let deepL = try Self.read("deepl")
    schemas = try Self.read("schemas").merging(Self.object("schemas", of: deepL)) { first, _ in first }
    let paths = try Self.read("paths").merging(Self.object("paths", of: deepL)) { first, _ in first }
    root["paths"] = .object(paths)
  }

  /// Names the values that a schema of strings has at present; where there are none it stays open.
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
