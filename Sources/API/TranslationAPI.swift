import HTTP
import Translation

/// The HTTP interface of the translation service: finds the route of each request, keeps the account of the request, and
/// calls the action of the route.
package final class TranslationAPI: HTTPHandler {
  /// The label, in logs and metrics, of requests that match no route.
  private static let noRoute = "other"

  private let router: Router<Route>
  /// Methods and path patterns of all routes; a pattern that ends in `/*` matches every path below it.
  package let operations: [(method: String, path: String)]
  private let access: AccessControl
  private let ledger: RequestLedger
  private let crossOrigin: CrossOrigin

  /// - Parameters:
  ///   - slot: the place of the service, which can still be empty.
  ///   - access: admits clients to guarded routes.
  ///   - ledger: counts and logs every request.
  ///   - crossOrigin: decides which pages can read the answers.
  ///   - settings: limits of requests.
  package init(
    slot: ServiceSlot, access: AccessControl = AccessControl(), ledger: RequestLedger = RequestLedger(),
    crossOrigin: CrossOrigin = CrossOrigin(), settings: ServerSettings = ServerSettings()
  ) {
    let translate = TranslateRoute(slot: slot, settings: settings)
    let files = FileRoutes(slot: slot, settings: settings)
    let attention = AttentionRoute(slot: slot)
    let info = InfoRoutes(slot: slot, settings: settings)
    let metrics = MetricsRoute(slot: slot, ledger: ledger)
    var routes = [
      Route("POST", "/translate", .brief, guarded: translate.handle),
      Route("POST", "/translate_file", guarded: files.translate),
      Route("GET", FileRoutes.folder + "*", open: files.download),
      Route("POST", "/detect", guarded: info.detect),
      Route("GET", "/attention", guarded: attention.handle),
      Route("POST", "/attention", guarded: attention.handle),
      Route("GET", "/languages", open: info.languages),
      Route("GET", "/models", open: info.models),
      Route("GET", "/frontend/settings", open: info.frontendSettings),
      Route("POST", "/suggest", open: info.suggest),
      Route("GET", "/spec", open: SpecRoute(slot: slot).handle),
      Route("GET", "/health", .immediate, open: info.health),
      Route("GET", "/health/ready", .immediate, open: info.ready),
      Route("GET", "/metrics", .immediate, open: metrics.handle),
    ]
    routes.append(Route("GET", "/", open: PageRoute(paths: routes.map(\.pattern)).handle))
    routes += DeepLRoutes(slot: slot, settings: settings, usage: ledger.usage).routes
    var router = Router<Route>()
    for route in routes { router.add(route.method, route.pattern, route) }
    self.router = router
    operations = routes.map { ($0.method, $0.pattern) }
    self.access = access
    self.ledger = ledger
    self.crossOrigin = crossOrigin
  }

  package func match(_ request: HTTPRequest) -> RouteMatch {
    let (match, pattern) = router.match(request.method, request.path)
    let label = pattern ?? Self.noRoute
    switch match {
    case .found(let route):
      return RouteMatch(route.execution(of: request)) { [self] request, inner in
        let exchange = exchange(for: request, inner, label: label)
        route.perform(request, exchange, access)
      }
    case .options(let allowed):
      return RouteMatch(.queued) { [self] request, inner in
        exchange(for: request, inner, label: label).respond(HTTPResponse(status: 204, headers: ["Allow": allowed]))
      }
    case .unknownPath:
      return RouteMatch(.queued) { [self] request, inner in
        exchange(for: request, inner, label: label).refuse(Refusal.unknownPath(request.path))
      }
    case .unknownMethod(let allowed):
      return RouteMatch(.queued) { [self] request, inner in
        let refusal = Refusal.unknownMethod(request.method, path: request.path, allowed: allowed)
        exchange(for: request, inner, label: label).refuse(refusal)
      }
    }
  }

  package func client(of request: HTTPRequest) -> String { access.client(of: request) }

  /// The answer to a request that the connection refuses, and that reaches no route.
  @Sendable package func refusalBody(_ refused: RefusedRequest) -> HTTPResponse {
    let error = ErrorStatus(Refusal.connection(status: refused.error.status, message: refused.error.message))
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

  private func exchange(for request: HTTPRequest, _ inner: any HTTPExchange, label: String) -> APIExchange {
    APIExchange(
      inner, request, label: label, ledger: ledger, crossOrigin: crossOrigin,
      errors: DeepLRoutes.contain(request.path) ? .deepL : .plain)
  }
}

// MARK: - Routes

/// A method and a path pattern with the action that answers them. An error that the action throws becomes the answer.
final class Route: Sendable {
  /// Answers a request now or later.
  typealias Open = @Sendable (HTTPRequest, APIExchange) throws -> Void
  /// Answers a request of an admitted client, with the fields that its key was looked for in.
  typealias Guarded = @Sendable (RequestFields, RequestTerms, APIExchange) throws -> Void

  private enum Action: Sendable {
    case open(Open)
    case guarded(Guarded)
  }

  let method: String
  let pattern: String
  private let execution: HandlerExecution
  private let action: Action

  /// A route for everybody.
  /// - Parameter execution: the execution of short requests; a longer one that would be brief is queued.
  init(_ method: String, _ pattern: String, _ execution: HandlerExecution = .queued, open: @escaping Open) {
    self.method = method
    self.pattern = pattern
    self.execution = execution
    action = .open(open)
  }

  /// A route that takes work: for clients with a key, if keys are needed, and within the rate limit.
  init(_ method: String, _ pattern: String, _ execution: HandlerExecution = .queued, guarded: @escaping Guarded) {
    self.method = method
    self.pattern = pattern
    self.execution = execution
    action = .guarded(guarded)
  }

  /// A short request is read, taken apart and tokenized in well under a millisecond.
  func execution(of request: HTTPRequest) -> HandlerExecution {
    let isShort = request.body.count <= TranslationRequest.briefBytes && request.query.isEmpty
    return execution == .brief && !isShort ? .queued : execution
  }

  func perform(_ request: HTTPRequest, _ exchange: APIExchange, _ access: AccessControl) {
    do {
      switch action {
      case .open(let action): try action(request, exchange)
      case .guarded(let action): try perform(action, request, exchange, access)
      }
    } catch {
      exchange.refuse(error)
    }
  }

  private func perform(
    _ action: Guarded, _ request: HTTPRequest, _ exchange: APIExchange, _ access: AccessControl
  ) throws {
    guard !exchange.isAbandoned else { return }
    var read: RequestFields?
    func fields() throws -> RequestFields {
      if let read { return read }
      let fields = try RequestFields(request, isSecure: access.isSecure(request))
      read = fields
      return fields
    }
    let key = try access.key(of: request, fields: fields)
    exchange.note { $0.key = key?.name }
    try access.count(request, for: key)
    let terms = try RequestTerms(request, client: access.client(of: request, key), now: access.time.steadySeconds())
    try action(fields(), terms, exchange)
  }
}

// MARK: - Settings

/// Limits of the server, which `/frontend/settings` reports to its clients.
package struct ServerSettings: Sendable {
  /// The most texts of one request unless the operator chooses: they take some 60 MB.
  package static let defaultBatchLimit = 10_000

  /// The most characters of one request's texts together.
  package var characterLimit: Int
  /// The most texts of one request.
  package var batchLimit: Int
  /// Whether a translation needs a key.
  package var needsKey: Bool
  /// The store of translated files; nil if files are not translated.
  package var files: TranslatedFiles?

  package init(
    characterLimit: Int = 200_000, batchLimit: Int = defaultBatchLimit, needsKey: Bool = false,
    files: TranslatedFiles? = TranslatedFiles()
  ) {
    self.characterLimit = characterLimit
    self.batchLimit = batchLimit
    self.needsKey = needsKey
    self.files = files
  }

  /// - Throws: `Refusal.tooManyTexts`.
  func checkCount(of texts: [String]) throws {
    guard texts.count <= batchLimit else { throw Refusal.tooManyTexts(found: texts.count, limit: batchLimit) }
  }
}
