import HTTP
import Translation

/// The HTTP contract (api.md): routes to actions, actions to the service, what goes wrong to its status.
package struct TranslationAPI: HTTPHandler {
  private let router: Router

  /// - Parameter slot: where the service will be, or is.
  package init(slot: ServiceSlot) {
    let translate = TranslateRoute(slot: slot)
    let attention = AttentionRoute(slot: slot)
    let catalogue = CatalogueRoutes(slot: slot)
    var router = Router(errorBody: Self.errorBody)
    router.add("POST", "/translate", Action(perform: translate.handle))
    router.add("GET", "/attention", Action(perform: attention.handle))
    router.add("POST", "/attention", Action(perform: attention.handle))
    router.add("GET", "/languages", Action(perform: catalogue.languages))
    router.add("GET", "/models", Action(perform: catalogue.models))
    router.add("GET", "/health", Action(perform: catalogue.health))
    router.add("GET", "/health/ready", Action(perform: catalogue.ready))
    self.router = router
  }

  package func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    router.handle(request, OpenedExchange(inner: exchange, isPreflight: request.method == "OPTIONS"))
  }

  /// The answer to what the connection or the router found wrong.
  @Sendable package static func errorBody(status: Int, message: String) -> HTTPResponse {
    CrossOrigin.opened(ErrorStatus(Refusal.unroutable(status: status, message: message)).response)
  }
}

/// Answers a request now or later; what it throws becomes the answer.
private struct Action: HTTPHandler {
  let perform: @Sendable (HTTPRequest, any HTTPExchange) throws -> Void

  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    do {
      try perform(request, exchange)
    } catch {
      exchange.respond(ErrorStatus(error).response)
    }
  }
}

/// Every answer, also one that says no, may be read by any page.
private struct OpenedExchange: HTTPExchange {
  let inner: any HTTPExchange
  let isPreflight: Bool

  func respond(_ response: HTTPResponse) {
    let opened = CrossOrigin.opened(response)
    inner.respond(isPreflight ? CrossOrigin.preflight(opened) : opened)
  }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    inner.onDisconnect(action)
  }
}
