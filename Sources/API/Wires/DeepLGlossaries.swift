import Foundation
import HTTP
import JSON
import Languages
import Translation

/// DeepL's calls for glossaries: version 2, whose glossaries have one pair of languages, and version 3.
struct DeepLGlossaries: WireFormat {
  private static let v2 = "/v2/glossaries"
  private static let v3 = "/v3/glossaries"

  static let errors = DeepLRoutes.errors

  private let slot: ServiceSlot
  private let store: GlossaryStore

  init(_ server: RouteContext) {
    slot = server.slot
    store = server.settings.clientGlossaries
  }

  var routes: [Route] {
    [
      Route("GET", "/v2/glossary-language-pairs", errors: Self.errors, guarded: pairs),
      Route("GET", Self.v2, errors: Self.errors, guarded: list),
      Route("POST", Self.v2, errors: Self.errors, guarded: create),
      Route("GET", Self.v2 + "/*", errors: Self.errors, guarded: get),
      Route("DELETE", Self.v2 + "/*", errors: Self.errors, guarded: delete),
      Route("GET", Self.v3, errors: Self.errors, guarded: list),
      Route("POST", Self.v3, errors: Self.errors, guarded: create),
      Route("GET", Self.v3 + "/*", errors: Self.errors, guarded: get),
      Route("PATCH", Self.v3 + "/*", errors: Self.errors, guarded: update),
      Route("PUT", Self.v3 + "/*", errors: Self.errors, guarded: replace),
      Route("DELETE", Self.v3 + "/*", errors: Self.errors, guarded: delete),
    ]
  }

  /// The parts of a path: the version, the id, and what is asked of the glossary.
  private struct Address {
    let isFirst: Bool
    let id: String
    let part: String

    init(_ path: String) {
      let parts = path.split(separator: "/").map(String.init)
      isFirst = parts.first == "v2"
      id = parts.count > 2 ? parts[2] : ""
      part = parts.count > 3 ? parts[3...].joined(separator: "/") : ""
    }
  }

  // MARK: Calls

  /// `GET /v2/glossary-language-pairs`: the pairs that are served.
  @Sendable func pairs(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let served = try slot.withService(\.pairs)
    var found: Set<[String]> = []
    for pair in served.prefix(Self.maxPairs) {
      found.insert([LanguageCode(pair.source).language, LanguageCode(pair.target).language])
    }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("supported_languages", arrayOf: found.sorted { $0.lexicographicallyPrecedes($1) }) { writer, pair in
        writer.object { writer in
          writer.member("source_lang", pair[0])
          writer.member("target_lang", pair[1])
        }
      }
    }
    exchange.respond(json: writer.bytes)
  }

  /// Pairs that are listed; models of a hundred languages have thousands.
  private static let maxPairs = 10_000

  @Sendable func list(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) {
    let isFirst = Address(fields.path).isFirst
    let all = store.all(of: exchange.keyName).filter { !isFirst || $0.dictionaries.count == 1 }
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("glossaries", arrayOf: all) { Self.write($1, isFirst, &$0) }
    }
    exchange.respond(json: writer.bytes)
  }

  @Sendable func create(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let isFirst = Address(fields.path).isFirst
    let name = try fields.required("name")
    let dictionaries = isFirst ? [try Self.dictionary(fields)] : try Self.dictionaries(fields)
    guard !dictionaries.isEmpty else { throw Refusal.malformed("dictionaries: found none, expected at least one") }
    let glossary = try store.create(
      name: name, dictionaries: dictionaries.map(Self.indexed), owner: exchange.keyName)
    answer(glossary, isFirst, status: 201, exchange)
  }

  @Sendable func get(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let address = Address(fields.path)
    let glossary = try store.glossary(address.id, of: exchange.keyName)
    switch address.part {
    case "": answer(glossary, address.isFirst, exchange)
    case "entries" where address.isFirst:
      guard let dictionary = glossary.dictionaries.first else { throw Refusal.noSuchGlossary }
      exchange.respond(
        HTTPResponse(
          status: 200, headers: ["Content-Type": "text/tab-separated-values; charset=utf-8"],
          body: Array(Self.table(dictionary).utf8)))
    case "entries":
      let pair = try Self.pair(fields)
      let found = glossary.dictionaries.filter { $0.pair == pair }
      guard !found.isEmpty else { throw Refusal.noSuchGlossary }
      var writer = JSONWriter()
      writer.object { writer in
        writer.member("dictionaries", arrayOf: found) { writer, dictionary in
          writer.object { writer in
            Self.write(dictionary.pair, &writer)
            writer.member("entries", Self.table(dictionary))
            writer.member("entries_format", "tsv")
          }
        }
      }
      exchange.respond(json: writer.bytes)
    default: throw Refusal.unknownPath(fields.path)
    }
  }

  /// `PATCH`: another name, and dictionaries whose entries are added to those that there are.
  @Sendable func update(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let address = Address(fields.path)
    guard address.part.isEmpty else { throw Refusal.unknownPath(fields.path) }
    let name = try fields.string("name")
    let changes = try Self.dictionaries(fields)
    var changed: [LanguagePair: Glossary] = [:]
    let glossary = try store.update(address.id, of: exchange.keyName) { glossary in
      if let name, !name.isEmpty { glossary.name = name }
      // Each pair is indexed once, whatever the number of its dictionaries in the request.
      for (pair, parts) in Swift.Dictionary(grouping: changes, by: \.pair) {
        let before = glossary.dictionaries.first { $0.pair == pair }?.terms ?? []
        let all = before + parts.flatMap(\.terms)
        var seen: Set<String> = []
        let last = all.reversed().filter { seen.insert($0.source).inserted }
        changed[pair] = Glossary(last.reversed(), pair: pair)
      }
      for (pair, _) in changes {
        if let dictionary = changed.removeValue(forKey: pair) { glossary.set(dictionary) }
      }
    }
    answer(glossary, false, exchange)
  }

  /// `PUT …/dictionaries`: a dictionary in place of the one of its languages.
  @Sendable func replace(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let address = Address(fields.path)
    guard address.part == "dictionaries" else { throw Refusal.unknownPath(fields.path) }
    let dictionary = Self.indexed(try Self.dictionary(fields))
    _ = try store.update(address.id, of: exchange.keyName) { $0.set(dictionary) }
    var writer = JSONWriter()
    Self.write(dictionary, &writer)
    exchange.respond(json: writer.bytes)
  }

  @Sendable func delete(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let address = Address(fields.path)
    switch address.part {
    case "": try store.delete(address.id, of: exchange.keyName)
    case "dictionaries" where !address.isFirst:
      let pair = try Self.pair(fields)
      _ = try store.update(address.id, of: exchange.keyName) { glossary in
        guard let place = glossary.dictionaries.firstIndex(where: { $0.pair == pair }) else {
          throw Refusal.noSuchGlossary
        }
        glossary.dictionaries.remove(at: place)
      }
    default: throw Refusal.unknownPath(fields.path)
    }
    exchange.respond(HTTPResponse(status: 204))
  }

  // MARK: Reading

  private typealias Dictionary = (pair: LanguagePair, terms: [Term])

  private static func dictionaries(_ fields: RequestFields) throws -> [Dictionary] {
    switch fields.value("dictionaries") {
    case nil, .null: return try formDictionaries(fields)
    case .array(let values):
      return try values.enumerated().map { index, value in
        guard case .object(let members) = value else {
          throw Refusal.malformed("dictionaries[\(index)]: expected an object, found \(value.kind)")
        }
        return try dictionary { name in
          guard case .string(let text)? = members[name] else { return nil }
          return text
        }
      }
    case .some(let other): throw Refusal.malformed("dictionaries: expected an array, found \(other.kind)")
    }
  }

  /// The dictionaries of a form, with fields such as `dictionaries[0].source_lang`, as DeepL's client for Node sends them.
  private static func formDictionaries(_ fields: RequestFields) throws -> [Dictionary] {
    var found: [Dictionary] = []
    while case let place = "dictionaries[\(found.count)].",
      fields.holds(place + "source_lang") || fields.holds(place + "entries")
    {
      found.append(try dictionary { try fields.string(place + $0) })
    }
    return found
  }

  /// The dictionary of a request for one.
  private static func dictionary(_ fields: RequestFields) throws -> Dictionary {
    if let only = try formDictionaries(fields).first { return only }
    return try dictionary { try fields.string($0) }
  }

  private static func dictionary(_ text: (String) throws -> String?) throws -> Dictionary {
    func required(_ name: String) throws -> String {
      guard let text = try text(name), !text.isEmpty else {
        throw Refusal.missing(name)
      }
      return text
    }
    let pair = try pair(required("source_lang"), required("target_lang"))
    let entries = try required("entries")
    let rows: [TermTable.Row]
    switch try text("entries_format") {
    case nil, "tsv": rows = TermTable(tsv: entries).rows
    case "csv":
      do throws(GlossaryFile.Fault) { rows = try TermTable(csv: entries).rows } catch {
        throw Refusal.malformed("entries: \(error.item): found \(error.found), expected \(error.expected)")
      }
    case .some(let other): throw Refusal.malformed("entries_format: expected tsv or csv, found \(other.excerpt)")
    }
    var sources: Set<String> = []
    let terms = try rows.map { row in
      // DeepL's files can have the two languages in further columns.
      guard row.cells.count == 2 || row.cells.count == 4 else {
        throw Refusal.malformed("entries: line \(row.line): expected a source and a target")
      }
      for cell in row.cells.prefix(2) {
        if let fault = Term.fault(of: cell) { throw Refusal.malformed("entries: line \(row.line): \(fault)") }
      }
      guard sources.insert(row.cells[0]).inserted else {
        throw Refusal.malformed("entries: line \(row.line): found \(row.cells[0].excerpt) twice, expected it once")
      }
      return Term(source: row.cells[0], target: row.cells[1])
    }
    guard !terms.isEmpty else { throw Refusal.malformed("entries: found none, expected at least one") }
    return (pair, terms)
  }

  private static func pair(_ fields: RequestFields) throws -> LanguagePair {
    try pair(fields.required("source_lang"), fields.required("target_lang"))
  }

  private static func pair(_ source: String, _ target: String) throws -> LanguagePair {
    let (from, to) = (LanguageCode(source).language, LanguageCode(target).language)
    guard GlossaryFile.code(from) != nil, GlossaryFile.code(to) != nil, from != to else {
      throw Refusal.malformed("found the languages \(source.excerpt) and \(target.excerpt), expected two codes")
    }
    return LanguagePair(source: from, target: to)
  }

  private static func indexed(_ dictionary: Dictionary) -> Glossary {
    Glossary(dictionary.terms, pair: dictionary.pair)
  }

  // MARK: Writing

  private func answer(
    _ glossary: StoredGlossary, _ isFirst: Bool, status: Int = 200, _ exchange: APIExchange
  ) {
    var writer = JSONWriter()
    Self.write(glossary, isFirst, &writer)
    exchange.respond(HTTPResponse(json: writer.bytes, status: status))
  }

  private static func write(_ glossary: StoredGlossary, _ isFirst: Bool, _ writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("glossary_id", glossary.id)
      writer.member("name", glossary.name)
      writer.member("ready", true)
      writer.member("creation_time", Timestamp.text(unixMilliseconds: glossary.created))
      if isFirst {
        if let dictionary = glossary.dictionaries.first {
          write(dictionary.pair, &writer)
          writer.member("entry_count", dictionary.terms.count)
        }
      } else {
        writer.member("dictionaries", arrayOf: glossary.dictionaries) { write($1, &$0) }
      }
    }
  }

  private static func write(_ dictionary: Glossary, _ writer: inout JSONWriter) {
    writer.object { writer in
      write(dictionary.pair, &writer)
      writer.member("entry_count", dictionary.terms.count)
    }
  }

  private static func write(_ pair: LanguagePair, _ writer: inout JSONWriter) {
    writer.member("source_lang", pair.source)
    writer.member("target_lang", pair.target)
  }

  private static func table(_ dictionary: Glossary) -> String {
    dictionary.terms.map { "\($0.source)\t\($0.target)" }.joined(separator: "\n")
  }
}

// MARK: - Requests that name glossaries

extension GlossaryStore {
  /// The most glossaries of a request.
  private static let maxNamed = 5

  /// The ids of the glossaries that the fields of a translation name; the first glossary that has a term decides.
  /// - Parameter source: the language that the request gives for its texts.
  /// - Throws: `Refusal` for too many, or for a request without a source.
  static func ids(_ fields: RequestFields, from source: String?) throws -> [String] {
    let named = try fields.string("glossary_id").flatMap { $0.isEmpty ? nil : [$0] } ?? []
    let ids = try named + (fields.list("glossary_ids") ?? [])
    guard !ids.isEmpty else { return [] }
    guard source != nil else {
      throw Refusal.malformed("source_lang: found none, expected the source language of the glossary")
    }
    guard ids.count <= maxNamed else {
      throw Refusal.malformed("glossary_ids: found \(ids.count), expected at most \(maxNamed)")
    }
    return ids
  }

  /// The glossaries of some ids.
  /// - Throws: `Refusal.noSuchGlossary` for one that the key does not have.
  func glossaries(_ ids: [String], of owner: String?) throws -> RequestGlossaries {
    RequestGlossaries(try ids.flatMap { try glossary($0, of: owner).dictionaries })
  }
}
