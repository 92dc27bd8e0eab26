import JSON
import Translation

/// A glossary that a client has created: one dictionary for each pair of languages.
struct StoredGlossary: Sendable {
  let id: String
  /// The name of the key that it belongs to; nil if keys are not needed.
  let owner: String?
  var name: String
  /// Milliseconds since 1970.
  let created: Int
  var dictionaries: [Glossary]

  /// Number of bytes that the terms take, and a little for each.
  var bytes: Int { dictionaries.reduce(0) { $0 + $1.bytes } }

  /// Puts a dictionary in the place of the one of its languages, or behind the others.
  mutating func set(_ dictionary: Glossary) {
    if let place = dictionaries.firstIndex(where: { $0.pair == dictionary.pair }) {
      dictionaries[place] = dictionary
    } else {
      dictionaries.append(dictionary)
    }
  }
}

// MARK: Files

extension StoredGlossary {
  private static let limits = JSONLimits(depth: 8, values: 1 << 22, repeatedNames: .refused)

  /// The glossary as the text of a file.
  var json: [UInt8] {
    var writer = JSONWriter(capacity: 1 << 12)
    writer.object { writer in
      writer.member("id", id)
      writer.member("owner", ifPresent: owner)
      writer.member("name", name)
      writer.member("created", created)
      writer.member("dictionaries", arrayOf: dictionaries) { writer, dictionary in
        writer.object { writer in
          writer.member("source", dictionary.pair.source)
          writer.member("target", dictionary.pair.target)
          writer.member("terms", arrayOf: dictionary.terms) { writer, term in
            writer.array(of: [term.source, term.target]) { $0.string($1) }
          }
        }
      }
    }
    return writer.bytes
  }

  /// - Throws: `GlossaryFile.Fault` if the bytes are no such text.
  init(json bytes: [UInt8]) throws(GlossaryFile.Fault) {
    func fault(_ item: String) -> GlossaryFile.Fault {
      GlossaryFile.Fault(item: item, found: "another value", expected: "what the server writes")
    }
    guard let value = try? bytes.withUnsafeBytes({ try JSONValue($0, within: Self.limits) }),
      case .object(let members) = value
    else { throw fault("file") }
    guard case .string(let id)? = members["id"], GlossaryStore.isID(id), case .string(let name)? = members["name"],
      case .integer(let created)? = members["created"], case .array(let listed)? = members["dictionaries"]
    else { throw fault("id, name, created or dictionaries") }
    var owner: String?
    if case .string(let name)? = members["owner"] { owner = name }
    var dictionaries: [Glossary] = []
    for value in listed {
      guard case .object(let members) = value, case .string(let source)? = members["source"],
        case .string(let target)? = members["target"], case .array(let pairs)? = members["terms"]
      else { throw fault("dictionary") }
      var terms: [Term] = []
      for pair in pairs {
        guard case .array(let texts) = pair, texts.count == 2, case .string(let from) = texts[0],
          case .string(let to) = texts[1], Term.fault(of: from) == nil, Term.fault(of: to) == nil
        else { throw fault("terms") }
        terms.append(Term(source: from, target: to))
      }
      dictionaries.append(Glossary(terms, pair: LanguagePair(source: source, target: target)))
    }
    self.init(id: id, owner: owner, name: name, created: created, dictionaries: dictionaries)
  }
}
