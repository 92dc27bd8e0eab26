import HTTP
import Translation

/// A method and a path pattern with the action that answers them. An error that the action throws becomes the answer.
final class Route: Sendable {
  /// Answers a request now or later.
  typealias Open = @Sendable (HTTPRequest, APIExchange) throws -> Void
  /// Answers a request of an admitted client, with the fields that its key was looked for in.
  typealias Guarded = @Sendable (RequestFields, RequestTerms, APIExchange) throws -> Void
  /// Recognises the fields of a wire among others that have the same method and path.
  typealias Recogniser = @Sendable (RequestFields) -> Bool

  fileprivate enum Action: Sendable {
    case open(Open)
    case guarded(Guarded)
  }

  let method: String
  let pattern: String
  fileprivate let execution: HandlerExecution
  fileprivate let errors: ErrorShape
  fileprivate let recognises: Recogniser?
  /// Whether the body can be a JSON array.
  fileprivate let takesArray: Bool
  fileprivate let jobs: JobUse
  /// The most memory that a request can come to take, by the bytes of its texts or its file.
  fileprivate let memory: @Sendable (Int) -> Int
  fileprivate let action: Action

  /// A route for everybody.
  /// - Parameters:
  ///   - execution: the execution of short requests; a longer one that would be brief is queued.
  ///   - errors: the shape in which its clients read errors.
  ///   - recognises: tells its requests from those of other routes with this method and path; nil for all others.
  init(
    _ method: String, _ pattern: String, _ execution: HandlerExecution = .queued, errors: ErrorShape = .plain,
    when recognises: Recogniser? = nil, open: @escaping Open
  ) {
    self.method = method
    self.pattern = pattern
    self.execution = execution
    self.errors = errors
    self.recognises = recognises
    takesArray = false
    jobs = .never
    memory = { _ in 0 }
    action = .open(open)
  }

  /// A route that takes work: for clients with a key, if keys are needed, and within the rate limit.
  /// - Parameters:
  ///   - jobs: whether its requests, and those of other routes with this method and path, can be answered later.
  ///   - memory: the most memory that a request can come to take, by the bytes of its texts or its file.
  init(
    _ method: String, _ pattern: String, _ execution: HandlerExecution = .queued, errors: ErrorShape = .plain,
    when recognises: Recogniser? = nil, takesArray: Bool = false, jobs: JobUse = .never,
    memory: @escaping @Sendable (Int) -> Int = Route.translationBytes, guarded: @escaping Guarded
  ) {
    self.method = method
    self.pattern = pattern
    self.execution = execution
    self.errors = errors
    self.recognises = recognises
    self.takesArray = takesArray
    self.jobs = jobs
    self.memory = memory
    action = .guarded(guarded)
  }
}

extension Route {
  /// The most memory of a translation.
  ///
  /// Measured: lines of one letter take 220 times their bytes, and short texts in an array 320 times. Office files of
  /// small elements take 300 times the packed bytes. Ordinary text takes a third of that.
  @Sendable static func translationBytes(_ bytes: Int) -> Int { (64 << 10) + 320 * bytes }
}

// MARK: - Routes of one method and path

/// The routes of one method and path. The fields of a request choose among them.
struct RouteChoice: Sendable {
  /// Routes with a recogniser first; the last takes what no other has recognised.
  private let routes: [Route]
  private var usual: Route { routes[routes.count - 1] }

  var method: String { usual.method }
  var pattern: String { usual.pattern }
  /// The shape of errors before the fields have been read.
  var errors: ErrorShape { usual.errors }

  /// Groups routes, in their order.
  static func all(of routes: [Route]) -> [RouteChoice] {
    var order: [String] = []
    var groups: [String: [Route]] = [:]
    for route in routes {
      let key = "\(route.method) \(route.pattern)"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(route)
    }
    return order.compactMap { groups[$0].map { RouteChoice(routes: $0) } }
  }

  /// - Parameter routes: at least one.
  private init(routes: [Route]) {
    let isSpecial = { (route: Route) in route.recognises != nil }
    self.routes = routes.filter(isSpecial) + routes.filter { !isSpecial($0) }.suffix(1)
  }

  /// A short request is read, taken apart and tokenized in well under a millisecond.
  func execution(of request: HTTPRequest) -> HandlerExecution {
    let isShort =
      request.body.count <= TranslationRequest.briefBytes && request.query.isEmpty
      && request.headers["Content-Encoding"] == nil && request.headers["Prefer"] == nil
    return usual.execution == .brief && !isShort ? .queued : usual.execution
  }

  /// The most memory that a request can come to take beside itself. Texts above the limit are refused before they are
  /// taken apart.
  /// - Parameter isJob: whether the request is that of a job in work, not the one that brings it.
  func expectedBytes(of request: HTTPRequest, _ settings: ServerSettings, isJob: Bool = false) -> Int {
    let isPacked = request.headers["Content-Encoding"] != nil
    let body = isPacked ? min(settings.bodyLimit, 1032 * request.body.count) : request.body.count
    let query = request.query.reduce(0) { $0 + $1.value.utf8.count }
    let characters = isJob ? settings.jobLimits.characters : settings.characterLimit
    let bytes = min(body + query, 4 * characters)
    // A job is only written down when it comes.
    return !isJob && usual.jobs.answer(to: request) != nil ? 8 * bytes : usual.memory(bytes)
  }

  func perform(
    _ request: HTTPRequest, _ exchange: APIExchange, _ access: AccessControl, _ settings: ServerSettings,
    _ jobs: JobQueue
  ) {
    let reader = FieldReader(request, isSecure: access.isSecure(request), settings: settings)
    do {
      try perform(request, exchange, access, reader, jobs)
    } catch {
      // A body is not read for a client that is over its limit.
      if routes.count > 1, !Refusal.isRateLimit(error) {
        let fields = (try? reader.fields()) ?? RequestFields(queryOf: request)
        exchange.answersErrors(in: route(of: fields).errors)
      }
      exchange.refuse(error)
    }
  }

  /// Performs the request of a job, whose client was admitted when the job came.
  func perform(_ run: JobRun, _ exchange: APIExchange, _ settings: ServerSettings) {
    do {
      let fields = try RequestFields(run.request, settings: settings)
      let route = route(of: fields)
      exchange.answersErrors(in: route.errors)
      guard case .guarded(let action) = route.action else { throw Refusal.unknownPath(run.request.path) }
      var terms = RequestTerms(client: run.record.client)
      terms.isBackground = true
      try action(fields, terms, exchange)
    } catch {
      exchange.refuse(error)
    }
  }

  /// Performs the route that the fields choose. If the usual route is guarded, all are.
  private func perform(
    _ request: HTTPRequest, _ exchange: APIExchange, _ access: AccessControl, _ reader: FieldReader,
    _ jobs: JobQueue
  ) throws {
    if case .open = usual.action {
      let route = routes.count == 1 ? usual : route(of: try reader.fields())
      exchange.answersErrors(in: route.errors)
      if case .open(let action) = route.action { return try action(request, exchange) }
    }
    guard !exchange.isAbandoned else { return }
    let key = try access.key(of: request, fields: reader.fields)
    exchange.admit(key)
    try access.count(request, for: key)
    var terms = try RequestTerms(request, client: access.client(of: request, key), now: access.time.steadySeconds())
    let fields = try reader.fields()
    let route = route(of: fields)
    exchange.answersErrors(in: route.errors)
    try fields.checkShape(takesArray: route.takesArray)
    if let answer = usual.jobs.answer(to: request) {
      exchange.submits(JobSubmission(request: request, client: terms.client, jobs: jobs, answer: answer))
      terms.isBackground = true
    }
    switch route.action {
    case .open(let action): try action(request, exchange)
    case .guarded(let action): try action(fields, terms, exchange)
    }
  }

  private func route(of fields: RequestFields) -> Route {
    routes.first { $0.recognises?(fields) ?? true } ?? usual
  }
}

/// The fields of a request, read at most once, when they are first needed.
private final class FieldReader {
  private let request: HTTPRequest
  private let isSecure: Bool
  private let settings: ServerSettings
  private var read: Result<RequestFields, any Error>?

  init(_ request: HTTPRequest, isSecure: Bool, settings: ServerSettings) {
    self.request = request
    self.isSecure = isSecure
    self.settings = settings
  }

  func fields() throws -> RequestFields {
    if let read { return try read.get() }
    let result = Result { try RequestFields(request, isSecure: isSecure, settings: settings) }
    read = result
    return try result.get()
  }
}
