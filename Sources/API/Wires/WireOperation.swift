import JSON

/// An operation of a wire, as the OpenAPI document describes it.
struct WireOperation: Sendable {
  /// The schema of a value, as far as wires need it.
  indirect enum Schema: Sendable {
    case string, boolean, integer, number
    /// A string with line ends and the like, as `text/plain`.
    case plainText
    case list(Schema)
    /// An object with members, of which none is required.
    case object([String: Schema])
    /// An object whose members all have one schema.
    case map(Schema)
    /// Any JSON.
    case anything

    var json: JSONValue {
      switch self {
      case .string, .plainText: .object(["type": .string("string")])
      case .boolean: .object(["type": .string("boolean")])
      case .integer: .object(["type": .string("integer")])
      case .number: .object(["type": .string("number")])
      case .list(let element): .object(["type": .string("array"), "items": element.json])
      case .object(let members):
        .object(["type": .string("object"), "properties": .object(members.mapValues(\.json))])
      case .map(let element): .object(["type": .string("object"), "additionalProperties": element.json])
      case .anything: .object([:])
      }
    }

    fileprivate var mediaType: String {
      if case .plainText = self { "text/plain" } else { "application/json" }
    }
  }

  /// A method in capitals and a path pattern, as of the route.
  var method: String
  var path: String
  /// A name that no other operation has.
  var id: String
  var summary: String
  /// Fields of the query.
  var query: [String: Schema] = [:]
  /// Fields of the body; nil if there is none.
  var body: Schema?
  var answer: Schema

  /// The operation as OpenAPI has it.
  var json: [String: JSONValue] {
    var members: [String: JSONValue] = [
      "tags": .array([.string("wires")]), "operationId": .string(id), "summary": .string(summary),
      "responses": .object([
        "200": .object(["description": .string("The answer"), "content": content(answer)]),
        "default": .object(Self.error),
      ]),
    ]
    if !query.isEmpty {
      members["parameters"] = .array(
        query.sorted { $0.key < $1.key }.map { name, schema in
          .object(["name": .string(name), "in": .string("query"), "schema": schema.json])
        })
    }
    if let body { members["requestBody"] = .object(["content": content(body)]) }
    return members
  }

  private func content(_ schema: Schema) -> JSONValue {
    .object([schema.mediaType: .object(["schema": schema.json])])
  }

  private static let error: [String: JSONValue] = [
    "description": .string("The reason, in the shape of the wire"), "content": .object(["*/*": .object([:])]),
  ]

  // MARK: Joining

  /// Joins the operations of several wires with one method and path: any of their bodies, parameters and answers.
  static func joined(_ first: JSONValue?, _ second: [String: JSONValue]) -> JSONValue {
    guard case .object(var joined)? = first else { return .object(second) }
    if case .string(let text)? = joined["description"] ?? joined["summary"], case .string(let more)? = second["summary"]
    {
      joined["description"] = .string("\(text)\(text.hasSuffix(".") ? "" : ".") \(more).")
    }
    joined["parameters"] = .array(parameters(joined) + parameters(second).filter { !parameters(joined).contains($0) })
    joined["requestBody"] = anyOf(joined["requestBody"], second["requestBody"])
    let answers = anyOf(joined["responses"]?["200"], second["responses"]?["200"])
    joined["responses"] = .object(["default": .object(error)].merging(answers.map { ["200": $0] } ?? [:]) { $1 })
    return .object(joined)
  }

  private static func parameters(_ operation: [String: JSONValue]) -> [JSONValue] {
    if case .array(let parameters)? = operation["parameters"] { parameters } else { [] }
  }

  /// A body or an answer with any content of two.
  private static func anyOf(_ first: JSONValue?, _ second: JSONValue?) -> JSONValue? {
    guard case .object(var members)? = first, case .object(let others)? = second else { return first ?? second }
    guard case .object(var content)? = members["content"], case .object(let more)? = others["content"] else {
      return first
    }
    for (type, media) in more {
      guard let mine = content[type]?["schema"], let theirs = media["schema"] else {
        content[type] = media
        continue
      }
      var choices = [mine]
      if case .array(let present)? = mine["anyOf"] { choices = present }
      content[type] = .object(["schema": .object(["anyOf": .array(choices + [theirs])])])
    }
    members["content"] = .object(content)
    return .object(members)
  }
}

extension JSONValue {
  /// The member of an object; nil if there is none, or if the value is no object.
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }
}
