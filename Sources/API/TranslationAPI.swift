import HTTP
import Translation

/// The HTTP contract (api.md): routes to actions, actions to the service, what goes wrong to its status. Every request is
/// accounted for.
package struct TranslationAPI: HTTPHandler {
  /// The route, in logs and metrics, of what reached none.
  private static let noRoute = "other"

  private let router: Router
  /// DeepL's paths, whose clients read errors in another shape.
  private let deepL: Router
  private let routes: Set<String>
  /// Every method and path that is served; a path that ends in `/*` stands for all below it.
  package let operations: [(method: String, path: String)]
  private let ledger: RequestLedger
  private let crossOrigin: CrossOrigin
  private let access: AccessControl

  /// - Parameters:
  ///   - slot: where the service will be, or is.
  ///   - access: who may ask for what takes work.
  ///   - ledger: where every request is counted and logged.
  ///   - crossOrigin: which pages may read the answers.
  ///   - settings: limits that clients are told of.
  package init(
    slot: ServiceSlot, access: AccessControl = AccessControl(), ledger: RequestLedger = RequestLedger(),
    crossOrigin: CrossOrigin = CrossOrigin(), settings: ServerSettings = ServerSettings()
  ) {
    let translate = TranslateRoute(slot: slot, settings: settings)
    let attention = AttentionRoute(slot: slot)
    let catalogue = CatalogueRoutes(slot: slot)
    let frontend = FrontendRoutes(slot: slot, settings: settings)
    let files = FileRoutes(slot: slot, settings: settings)
    var actions: [Served] = [
      ("POST", "/translate", GuardedAction(access: access, execution: .brief, perform: translate.handle)),
      ("POST", "/translate_file", GuardedAction(access: access, perform: files.translate)),
      ("GET", FileRoutes.folder + "*", Action(perform: files.download)),
      ("POST", "/detect", GuardedAction(access: access, perform: DetectRoute().handle)),
      ("GET", "/attention", GuardedAction(access: access, perform: attention.handle)),
      ("POST", "/attention", GuardedAction(access: access, perform: attention.handle)),
      ("GET", "/languages", Action(perform: catalogue.languages)),
      ("GET", "/models", Action(perform: catalogue.models)),
      ("GET", "/frontend/settings", Action(perform: frontend.settings)),
      ("POST", "/suggest", Action(perform: frontend.suggest)),
      ("GET", "/spec", Action(perform: SpecRoute(slot: slot).handle)),
      ("GET", "/health", Action(execution: .immediate, perform: catalogue.health)),
      ("GET", "/health/ready", Action(execution: .immediate, perform: catalogue.ready)),
      (
        "GET", "/metrics",
        Action(execution: .immediate, perform: MetricsRoute(slot: slot, ledger: ledger).handle)
      ),
    ]
    let page = PageRoute(paths: actions.map(\.path))
    actions.append(("GET", "/", Action(perform: page.handle)))
    let ofDeepL = DeepLRoutes(slot: slot, settings: settings, usage: ledger.usage).actions(access)
    router = Self.router(actions, errors: .plain)
    deepL = Self.router(ofDeepL, errors: .deepL)
    operations = (actions + ofDeepL).map { ($0.method, $0.path) }
    routes = Set(operations.map(\.path))
    self.ledger = ledger
    self.crossOrigin = crossOrigin
    self.access = access
  }

  package func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    let account = RequestAccount(
      id: RequestID.taken(from: request.headers[RequestID.field]), method: request.method,
      route: route(of: request.path), bytesIn: request.body.count)
    let opened = OpenedExchange(
      inner: exchange, crossOrigin: crossOrigin, origin: request.headers["Origin"],
      isPreflight: request.method == "OPTIONS")
    let start = request.receivedSeconds ?? ledger.time.steadySeconds()
    let isDeepL = isDeepL(request)
    let accounted = AccountedExchange(
      opened, account, since: start, ledger: ledger, errors: isDeepL ? .deepL : .plain)
    (isDeepL ? deepL : router).handle(request, accounted)
  }

  package func execution(of request: HTTPRequest) -> HandlerExecution {
    let execution = (isDeepL(request) ? deepL : router).execution(of: request)
    let isShort = request.body.count <= TranslationRequest.briefBytes && request.query.isEmpty
    return execution == .brief && !isShort ? .queued : execution
  }

  package func client(of request: HTTPRequest) -> String { access.client(of: request) }

  /// The answer to what the connection found wrong, of which no handler knows.
  @Sendable package func refusalBody(_ refused: RefusedRequest) -> HTTPResponse {
    let error = ErrorStatus(Refusal.unroutable(status: refused.error.status, message: refused.error.message))
    var account = RequestAccount(
      id: RequestID.taken(from: refused.headers[RequestID.field]), method: refused.method, route: Self.noRoute)
    account.status = error.status
    account.refusal = RequestRefusal(reason: error.reason, message: error.message)
    var response = crossOrigin.opened(ErrorShape.plain.response(error), for: refused.headers["Origin"])
    response.headers[RequestID.field] = account.id
    account.bytesOut = refused.method == "HEAD" ? 0 : response.body.count
    ledger.enter(account)
    return response
  }

  private static func router(_ actions: [Served], errors: ErrorShape) -> Router {
    var router = Router(errorBody: errors.unroutable)
    for (method, path, action) in actions { router.add(method, path, action) }
    return router
  }

  private func isDeepL(_ request: HTTPRequest) -> Bool {
    DeepLRoutes.prefixes.contains { request.path.hasPrefix($0) }
  }

  /// As it was registered.
  private func route(of path: String) -> String {
    if routes.contains(path) { return path }
    return routes.first { $0.hasSuffix("/*") && path.hasPrefix($0.dropLast()) } ?? Self.noRoute
  }
}

/// A line of the table of what is served.
typealias Served = (method: String, path: String, action: any HTTPHandler)

/// Answers a request now or later; what it throws becomes the answer.
struct Action: HTTPHandler {
  /// The execution of a request; a brief one is queued if the request is not short.
  var execution = HandlerExecution.queued
  let perform: @Sendable (HTTPRequest, any HTTPExchange) throws -> Void

  func execution(of request: HTTPRequest) -> HandlerExecution { execution }

  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    do {
      try perform(request, exchange)
    } catch {
      exchange.refuse(error)
    }
  }
}

/// The same for what takes work: only for those who may ask, and with the fields that the key was looked for in.
struct GuardedAction: HTTPHandler {
  let access: AccessControl
  /// The execution of a request; a brief one is queued if the request is not short.
  var execution = HandlerExecution.queued
  let perform: @Sendable (RequestFields, RequestTerms, any HTTPExchange) throws -> Void

  func execution(of request: HTTPRequest) -> HandlerExecution { execution }

  func handle(_ request: HTTPRequest, _ exchange: any HTTPExchange) {
    guard !exchange.isAbandoned else { return }
    do {
      let isSecure = access.isSecure(request)
      var read: RequestFields?
      let key = try access.key(of: request) {
        let fields = try RequestFields(request, isSecure: isSecure)
        read = fields
        return fields
      }
      exchange.note { $0.key = key?.name }
      try access.count(request, for: key)
      let terms = try RequestTerms(
        request, client: access.client(of: request, key), now: access.time.steadySeconds())
      try perform(read ?? RequestFields(request, isSecure: isSecure), terms, exchange)
    } catch {
      exchange.refuse(error)
    }
  }
}

/// Every answer, also one that says no, tells the browser which pages may read it.
private struct OpenedExchange: HTTPExchange {
  let inner: any HTTPExchange
  let crossOrigin: CrossOrigin
  let origin: String?
  let isPreflight: Bool

  func respond(_ response: HTTPResponse) {
    inner.respond(
      isPreflight ? crossOrigin.preflight(response, for: origin) : crossOrigin.opened(response, for: origin))
  }

  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    let opened = crossOrigin.opened(HTTPResponse(status: status, headers: headers), for: origin)
    return inner.begin(status: status, headers: opened.headers, filler: filler)
  }

  var isAbandoned: Bool { inner.isAbandoned }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {
    inner.onDisconnect(action)
  }
}
