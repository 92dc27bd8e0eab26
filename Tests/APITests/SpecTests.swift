import API
import HTTP
import JSON
import Testing

/// The OpenAPI document beside what is served.
struct SpecTests {
  private typealias Members = [String: JSONValue]

  private func document(_ service: StandInService? = StandInService()) throws -> Members {
    let response = try Caller(service).get("/spec")
    #expect(response.status == 200)
    let limits = JSONLimits(depth: 64, values: 1 << 20, repeatedNames: .refused)
    guard case .object(let members) = try response.body.withUnsafeBytes({ try JSONValue($0, within: limits) }) else {
      Issue.record("the document is no object")
      return [:]
    }
    return members
  }

  private func object(_ path: String, in members: Members) -> Members {
    path.split(separator: "/").map(String.init).reduce(members) { members, name in
      guard case .object(let inner)? = members[name] else {
        Issue.record("\(path) is not there")
        return [:]
      }
      return inner
    }
  }

  @Test func allRoutesAreDescribed() throws {
    let methods: Set = ["get", "put", "post", "delete", "patch"]
    var described: Set<String> = []
    for (path, item) in try object("paths", in: document()) {
      guard case .object(let members) = item else { continue }
      let pattern = path.replacing(/\{[a-z]+\}$/, with: "*")
      described.formUnion(members.keys.filter(methods.contains).map { "\($0.uppercased()) \(pattern)" })
    }
    #expect(described == Set(Caller().api.operations.map { "\($0.method) \($0.path)" }))
  }

  @Test func allReferencesResolve() throws {
    let document = try document()
    var references: Set<String> = []
    func collect(_ value: JSONValue) {
      switch value {
      case .object(let members):
        if case .string(let target)? = members["$ref"] { references.insert(target) }
        members.values.forEach(collect)
      case .array(let values): values.forEach(collect)
      default: break
      }
    }
    collect(.object(document))
    #expect(!references.isEmpty)
    for reference in references { #expect(!object(String(reference.dropFirst(2)), in: document).isEmpty) }
  }

  @Test func currentLanguagesAndModelsAreListed() throws {
    let schemas = try object("components/schemas", in: document())
    #expect(object("SourceLanguage", in: schemas)["enum"] == .array([.string("en")]))
    #expect(object("DeepLTarget", in: schemas)["enum"] == .array([.string("FR")]))
    #expect(object("ModelName", in: schemas)["enum"] == .array([.string("en-fr")]))
    #expect(object("ModelNameOrNull", in: schemas)["enum"] == .array([.string("en-fr"), .null]))
    let loading = try object("components/schemas/SourceLanguage", in: document(nil))
    #expect(loading["enum"] == nil)
  }
}
