import JSON
import Translation

/// The fields that name terms: `terms` and `glossary`.
extension RequestFields {
  /// The most terms that a request can bring.
  private static let maxTerms = 1000

  /// - Parameters:
  ///   - settings: has the named glossaries, and those that clients have created.
  ///   - owner: the name of the request's key; nil if keys are not needed.
  /// - Throws: `Refusal` for a wrong value, or a name that no glossary has.
  func glossaries(_ settings: ServerSettings, of owner: String?) throws -> RequestGlossaries {
    RequestGlossaries(try named(settings, owner), terms: try terms())
  }

  /// A name in the folder, or else the id of a glossary that the key has created.
  private func named(_ settings: ServerSettings, _ owner: String?) throws -> [Glossary] {
    guard let names = try texts("glossary")?.values.filter({ !$0.isEmpty }), !names.isEmpty else { return [] }
    return try names.flatMap { name in
      if let glossaries = settings.glossaries?.glossaries(named: name) { return glossaries }
      if let own = try? settings.clientGlossaries.glossary(name, of: owner) { return own.dictionaries }
      let known = (settings.glossaries?.names ?? []) + settings.clientGlossaries.all(of: owner).map(\.id)
      let expected = known.isEmpty ? "none: the server has no glossaries" : known.joined(separator: ", ")
      throw Refusal.malformed("glossary: found \(name.excerpt), expected \(expected)")
    }
  }

  private func terms() throws -> [Term] {
    guard let value = try listed("terms") else { return [] }
    guard case .array(let values) = value else {
      throw Refusal.malformed("terms: expected an array, found \(value.kind)")
    }
    guard values.count <= Self.maxTerms else {
      throw Refusal.malformed("terms: expected at most \(Self.maxTerms), found \(values.count)")
    }
    return try values.enumerated().map { index, value in try Self.term(value, "terms[\(index)]") }
  }

  /// The value of a field, which a form has as JSON text.
  private func listed(_ name: String) throws -> JSONValue? {
    guard let value = value(name), value != .null, value != .string("") else { return nil }
    guard case .string(let text) = value else { return value }
    do {
      return try Array(text.utf8).withUnsafeBytes { try JSONValue($0, within: Self.limits) }
    } catch let error as JSONError {
      throw Refusal.malformed("\(name): \(error)")
    }
  }

  private static func term(_ value: JSONValue, _ place: String) throws -> Term {
    guard case .object(let members) = value else {
      throw Refusal.malformed("\(place): expected an object, found \(value.kind)")
    }
    func text(_ name: String) throws -> String {
      guard case .string(let text)? = members[name] else {
        throw Refusal.malformed("\(place).\(name): expected a string, found \(members[name]?.kind ?? "none")")
      }
      if let fault = Term.fault(of: text) { throw Refusal.malformed("\(place).\(name): \(fault)") }
      return text
    }
    var term = Term(source: try text("source"), target: try text("target"))
    switch members["case"] {
    case nil, .null: break
    case .string(let word):
      guard let rule = Term.Case(rawValue: word) else { fallthrough }
      term.letterCase = rule
    default:
      let known = Term.Case.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal.malformed("\(place).case: expected one of \(known), found \(members["case"] ?? .null)")
    }
    switch members["inflect"] {
    case nil, .null: break
    case .bool(let inflects): term.inflects = inflects
    case .some(let other):
      throw Refusal.malformed("\(place).inflect: expected true or false, found \(other)")
    }
    return term
  }
}

extension JSONWriter {
  /// Writes the use of a term, with the places of its source and its target in the sentence and the translation.
  mutating func term(_ use: TermUse) {
    object { writer in
      writer.member("source", use.source)
      writer.member("target", use.target)
      writer.member("applied", use.translated != nil)
      writer.member("sourceBytes", [use.place.lowerBound, use.place.upperBound])
      if let translated = use.translated {
        writer.member("targetBytes", [translated.lowerBound, translated.upperBound])
      }
    }
  }
}
