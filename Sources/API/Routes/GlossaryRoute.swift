import HTTP
import JSON
import Languages
import Translation

/// `GET /glossaries`: the glossaries that the key of a request can name, those of `--glossaries` first, then its own.
struct GlossaryRoute: Sendable {
  let settings: ServerSettings

  /// A glossary that a request can name.
  private struct Offer {
    /// The value of the field `glossary`.
    let value: String
    let name: String
    let dictionaries: [Glossary]
  }

  @Sendable func handle(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) {
    let shared = settings.glossaries.map { folder in
      folder.names.compactMap { name in
        folder.glossaries(named: name).map { Offer(value: name, name: name, dictionaries: $0) }
      }
    }
    let own = settings.clientGlossaries.all(of: exchange.keyName).map { glossary in
      Offer(value: glossary.id, name: glossary.name, dictionaries: glossary.dictionaries)
    }
    var writer = JSONWriter()
    writer.array(of: (shared ?? []) + own) { writer, offer in
      writer.object { writer in
        writer.member("glossary", offer.value)
        writer.member("name", offer.name)
        writer.member("dictionaries", arrayOf: offer.dictionaries, Self.dictionary)
      }
    }
    exchange.respond(json: writer.bytes)
  }

  private static func dictionary(_ writer: inout JSONWriter, _ dictionary: Glossary) {
    writer.object { writer in
      writer.member("source", LanguageCode(dictionary.pair.source).text)
      writer.member("target", LanguageCode(dictionary.pair.target).text)
      writer.member("terms", dictionary.terms.count)
    }
  }
}
