import HTTP
import Translation

/// The HTTP contract (api.md): routes to actions, actions to the service, what goes wrong to its status.
package struct TranslationAPI: HTTPHandler {
  /// Answers a request now or later; what it throws becomes the answer.
  typealias Action = @Sendable (HTTPRequest, any HTTPExchange) throws -> Void

  private let routes: [String: [String: Action]]

  /// - Parameter slot: where the service will be, or is.
  package init(slot: ServiceSlot) {
    let translate = TranslateRoute(slot: slot)
    let attention = AttentionRoute(slot: slot)
    let catalogue = CatalogueRoutes(slot: slot)
    routes = [
      "/translate": ["POST": translate.handle],
      "/attention": ["GET": attention.handle, "POST": attention.handle],
      "/languages": ["GET": catalogue.languages],
      "/models": ["GET": catalogue.models],
      "/health": ["GET": catalogue.health],
      "/health/ready": ["GET": catalogue.ready],
    ]
  }

  package func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    let exchange = OpenedExchange(inner: exchange)
    do {
      guard let methods = routes[request.path] else { throw Refusal.unknownPath(request.path) }
      let allowed = Self.allowed(methods.keys)
      if request.method == "OPTIONS" { return exchange.respond(CrossOrigin.preflight(allowed: allowed)) }
      let method = request.method == "HEAD" ? "GET" : request.method
      guard let action = methods[method] else { throw Refusal.wrongMethod(request.method, allowed: allowed) }
      try action(request, exchange)
    } catch {
      exchange.respond(ErrorStatus(error).response)
    }
  }

  /// The answer to what the connection found wrong before there was a request.
  @Sendable package static func errorBody(status: Int, message: String) -> HTTPResponse {
    CrossOrigin.opened(ErrorStatus(Refusal.transport(status: status, message: message)).response)
  }

  private static func allowed(_ methods: some Sequence<String>) -> [String] {
    (methods + ["OPTIONS"] + (methods.contains("GET") ? ["HEAD"] : [])).sorted()
  }
}

/// Every answer, also one that says no, may be read by any page.
private struct OpenedExchange: HTTPExchange {
  let inner: any HTTPExchange

  func respond(_ response: HTTPResponse) {
    inner.respond(CrossOrigin.opened(response))
  }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    inner.onDisconnect(action)
  }
}
