import HTTP
import Translation

/// The HTTP interface of the translation service: finds the route of each request, keeps the account of the request, and
/// calls the action of the route.
package final class TranslationAPI: HTTPHandler {
  /// The label, in logs and metrics, of requests that match no route.
  private static let noRoute = "other"

  private let router: Router<RouteChoice>
  /// Methods and path patterns of all routes; a pattern that ends in `/*` matches every path below it.
  package let operations: [(method: String, path: String)]
  private let access: AccessControl
  private let ledger: RequestLedger
  private let crossOrigin: CrossOrigin
  private let settings: ServerSettings
  private let jobs: JobQueue

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
    let storage: any JobStorage = if let folder = settings.jobFolder { folder } else { JobMemory() }
    let jobs = JobQueue(storage, settings.jobLimits, ledger, report: settings.report)
    let server = RouteContext(slot: slot, settings: settings, ledger: ledger, jobs: jobs)
    let translate = TranslateRoute(server: server)
    let files = FileRoutes(server: server)
    let jobRoutes = JobRoutes(server: server, translate: translate, files: files)
    let whenPreferred = JobUse.whenPreferred(jobRoutes.accepted)
    let attention = AttentionRoute(slot: slot)
    let info = InfoRoutes(slot: slot, settings: settings)
    let metrics = MetricsRoute(slot: slot, ledger: ledger, jobs: jobs, memory: settings.memory)
    var routes = [
      Route("POST", "/translate", .brief, jobs: whenPreferred, guarded: translate.handle),
      Route("POST", "/translate_file", jobs: whenPreferred, guarded: files.translate),
      Route("GET", FileRoutes.folder + "*", open: files.download),
      Route("POST", "/score", guarded: ScoreRoute(server: server).handle),
      Route("POST", "/detect", guarded: info.detect),
      Route("GET", "/attention", memory: AttentionRoute.memory, guarded: attention.handle),
      Route("POST", "/attention", memory: AttentionRoute.memory, guarded: attention.handle),
      Route("GET", "/languages", open: info.languages),
      Route("POST", "/languages", open: info.languages),
      Route("GET", "/glossaries", guarded: GlossaryRoute(settings: settings).handle),
      Route("GET", "/models", open: info.models),
      Route("GET", "/frontend/settings", open: info.frontendSettings),
      Route("POST", "/suggest", open: info.suggest),
      Route("GET", "/spec", open: SpecRoute(slot: slot, urlPrefix: settings.urlPrefix).handle),
      Route("GET", "/health", .immediate, open: info.health),
      Route("GET", "/health/ready", .immediate, open: info.ready),
      Route("GET", "/metrics", .immediate, open: metrics.handle),
    ]
    routes += jobRoutes.routes
    routes.append(Route("GET", "/", open: PageRoute(paths: routes.map(\.pattern)).handle))
    routes += WireFormats.all.flatMap { $0.init(server).routes }
    let choices = RouteChoice.all(of: routes)
    var router = Router<RouteChoice>()
    for choice in choices { router.add(choice.method, choice.pattern, choice) }
    self.router = router
    self.jobs = jobs
    operations = choices.map { ($0.method, $0.pattern) }
    self.settings = settings
    self.access = access
    self.ledger = ledger
    self.crossOrigin = crossOrigin
    jobs.open { [weak self] run in
      if let self { perform(run) } else { run.respond(HTTPResponse(status: 503)) }
    }
  }

  /// Stops work on jobs, for the end of the server.
  package func stopJobs() { jobs.stop() }

  private func perform(_ run: JobRun) {
    guard case .found(let choice) = router.match(run.request.method, run.request.path).match else {
      return run.respond(ErrorShape.plain.response(ErrorStatus(Refusal.unknownPath(run.request.path))))
    }
    // A large job takes its client's whole share rather than never to begin.
    let bytes = min(choice.expectedBytes(of: run.request, settings, isJob: true), settings.memory.clientBytes)
    do throws(RequestError) {
      run.keep(try settings.memory.reserve(bytes, for: run.record.client))
    } catch {
      let refusal = Refusal.connection(status: error.status, message: error.message)
      return run.respond(ErrorShape.plain.response(ErrorStatus(refusal)))
    }
    choice.perform(run, APIExchange(run, ledger: ledger, errors: choice.errors), settings)
  }

  package func match(_ request: HTTPRequest) -> RouteMatch {
    if let page = settings.urlPrefix.page(for: request) {
      return RouteMatch(.queued) { [self] request, inner in
        exchange(for: request, inner, label: "/").respond(HTTPResponse(status: 308, headers: ["Location": page]))
      }
    }
    let path = settings.urlPrefix.path(request.path)
    let (match, pattern) = router.match(request.method, path)
    let label = pattern ?? Self.noRoute
    switch match {
    case .found(let choice):
      let expectedBytes = choice.expectedBytes(of: request, settings)
      return RouteMatch(choice.execution(of: request), expectedBytes: expectedBytes) { [self] request, inner in
        var request = request
        request.path = path
        let exchange = exchange(for: request, inner, label: label, errors: choice.errors)
        choice.perform(request, exchange, access, settings, jobs)
      }
    case .options(let allowed):
      return RouteMatch(.queued) { [self] request, inner in
        exchange(for: request, inner, label: label).respond(HTTPResponse(status: 204, headers: ["Allow": allowed]))
      }
    case .unknownPath:
      return RouteMatch(.queued) { [self] request, inner in
        exchange(for: request, inner, label: label, errors: WireFormats.errors(at: path))
          .refuse(Refusal.unknownPath(request.path))
      }
    case .unknownMethod(let allowed):
      return RouteMatch(.queued) { [self] request, inner in
        let refusal = Refusal.unknownMethod(request.method, path: request.path, allowed: allowed)
        exchange(for: request, inner, label: label, errors: WireFormats.errors(at: path)).refuse(refusal)
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

  private func exchange(
    for request: HTTPRequest, _ inner: any HTTPExchange, label: String, errors: ErrorShape = .plain
  ) -> APIExchange {
    APIExchange(inner, request, label: label, ledger: ledger, crossOrigin: crossOrigin, errors: errors)
  }
}

// MARK: - Settings

/// Limits of the server, which `/frontend/settings` reports to its clients.
package struct ServerSettings: Sendable {
  /// The most texts of one request unless the operator chooses: they take some 60 MB.
  package static let defaultBatchLimit = 10_000
  /// The most bytes of a body unless the operator chooses.
  package static let defaultBodyLimit = 4 << 20

  /// The most characters of one request's texts together.
  package var characterLimit: Int
  /// The most texts of one request.
  package var batchLimit: Int
  /// Whether a translation needs a key.
  package var needsKey: Bool
  /// The store of translated files; nil if files are not translated.
  package var files: TranslatedFiles?
  /// The most bytes of a request's body, also after it is unpacked.
  package var bodyLimit: Int
  /// The glossaries that requests can name; nil if there are none.
  package var glossaries: GlossaryFolder?
  /// The glossaries that clients create.
  package var clientGlossaries = GlossaryStore()
  /// The path below which a proxy has the server.
  package var urlPrefix: URLPrefix
  package var jobLimits = JobLimits()
  /// Memory of requests and jobs in work.
  package var memory = MemoryBudget(bytes: .max)
  /// The folder of jobs; nil to keep them in memory.
  var jobFolder: JobFolder?
  /// Receives a line for each thing that went wrong with a file.
  package var report: @Sendable (String) -> Void = { _ in }

  package init(
    characterLimit: Int = 200_000, batchLimit: Int = defaultBatchLimit, needsKey: Bool = false,
    files: TranslatedFiles? = TranslatedFiles(), bodyLimit: Int = defaultBodyLimit, urlPrefix: URLPrefix = URLPrefix()
  ) {
    self.characterLimit = characterLimit
    self.batchLimit = batchLimit
    self.needsKey = needsKey
    self.files = files
    self.bodyLimit = bodyLimit
    self.urlPrefix = urlPrefix
  }

  /// Keeps jobs in a folder.
  /// - Throws: `FileError` if it cannot be used.
  package mutating func keepJobs(in folder: String) throws {
    jobFolder = try JobFolder(path: folder, report: report)
  }

  /// - Throws: `Refusal.tooManyTexts`.
  func checkCount(of texts: some Collection<String>) throws {
    guard texts.count <= batchLimit else { throw Refusal.tooManyTexts(found: texts.count, limit: batchLimit) }
  }
}
