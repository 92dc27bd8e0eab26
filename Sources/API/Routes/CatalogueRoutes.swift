import HTTP
import JSON
import Translation

/// What the server has to say of itself: `/languages`, `/models`, `/health`, `/health/ready`.
struct CatalogueRoutes: Sendable {
  let slot: ServiceSlot

  /// Every language served, as LibreTranslate lists them: one that is only a target has no targets of its own. Targets
  /// that are reached through another language are among them.
  @Sendable func languages(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    let pairs = try slot.withService(\.pairs).map { pair in
      (source: LanguageCode(pair.source).text, target: LanguageCode(pair.target).text)
    }
    let codes = Set(pairs.flatMap { [$0.source, $0.target] }).sorted()
    var writer = JSONWriter()
    writer.array(of: codes) { writer, code in
      writer.object { writer in
        writer.name("code")
        writer.string(code)
        writer.name("name")
        writer.string(LanguageName.english(code))
        writer.name("targets")
        writer.array(of: Set(pairs.filter { $0.source == code }.map(\.target)).sorted()) { $0.string($1) }
      }
    }
    exchange.respond(HTTPResponse(json: writer.bytes))
  }

  @Sendable func models(_ request: HTTPRequest, _ exchange: any HTTPExchange) throws {
    var writer = JSONWriter()
    writer.array(of: try slot.withService(\.models), model)
    exchange.respond(HTTPResponse(json: writer.bytes))
  }

  /// While the process lives.
  @Sendable func health(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    exchange.respond(Self.status("ok"))
  }

  /// Whether a load balancer should send requests here. Where not, nothing was refused: it only asked.
  @Sendable func ready(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    do {
      try slot.checkReady()
      exchange.respond(Self.status("ok"))
    } catch {
      exchange.respond(ErrorShape.plain.response(ErrorStatus(error)))
    }
  }

  private static func status(_ word: String) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object {
      $0.name("status")
      $0.string(word)
    }
    return HTTPResponse(json: writer.bytes)
  }

  private func model(_ writer: inout JSONWriter, _ model: ServedModel) {
    let texts = [
      ("source", model.pair.source), ("target", model.pair.target), ("precision", model.precision),
    ]
    writer.object { writer in
      for (name, text) in [("id", model.id), ("architecture", model.architecture)] + texts {
        writer.name(name)
        writer.string(text)
      }
      let numbers = [("parameters", model.parameters), ("bytes", model.bytes), ("vocabulary", model.vocabulary)]
      for (name, number) in numbers {
        writer.name(name)
        writer.integer(number)
      }
      writer.name("attention")
      writer.array(of: model.attention) { $0.string($1.rawValue) }
    }
  }
}
