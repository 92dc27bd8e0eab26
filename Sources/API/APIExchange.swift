import HTTP
import JSON
import Synchronization
import Translation

/// The exchange that routes get: the way to the answer of one request, and the account of the request.
///
/// Every answer names the request and tells browsers which pages can read it. The account is closed once, by the first of
/// these: the answer, the client leaving, the end of the exchange without an answer.
final class APIExchange: Sendable {
  private struct State {
    var account: RequestAccount
    var errors: ErrorShape
    /// The key that was admitted, and the characters that are reserved from its quota.
    var key: APIKey?
    var reservedCharacters = 0
    /// Makes a job of the request instead of an answer; nil for most requests.
    var submission: JobSubmission?
    /// The characters of the texts of a submission.
    var submittedCharacters = 0
    var isClosed = false
  }

  private let inner: any HTTPExchange
  private let id: String
  private let crossOrigin: CrossOrigin
  private let origin: String?
  private let isPreflight: Bool
  private let ledger: RequestLedger
  private let startSeconds: Double
  /// The job that the exchange is a run of; nil for requests of clients.
  private let run: JobRun?
  private let state: Mutex<State>

  /// - Parameters:
  ///   - label: the route in logs and metrics.
  ///   - errors: the shape in which the client reads errors, unless the fields tell another.
  init(
    _ inner: any HTTPExchange, _ request: HTTPRequest, label: String, ledger: RequestLedger, crossOrigin: CrossOrigin,
    errors: ErrorShape
  ) {
    let account = RequestAccount(
      id: RequestID.taken(from: request.headers[RequestID.field]), method: request.method, route: label,
      bytesIn: request.body.count)
    self.inner = inner
    self.ledger = ledger
    self.crossOrigin = crossOrigin
    id = account.id
    origin = request.headers["Origin"]
    isPreflight = request.method == "OPTIONS"
    startSeconds = request.receivedSeconds ?? ledger.time.steadySeconds()
    run = nil
    state = Mutex(State(account: account, errors: errors))
    inner.onDisconnect { [weak self] in self?.close(status: ErrorStatus.clientLeft) }
  }

  /// The exchange of a job's run, whose client was admitted when the job came.
  init(_ run: JobRun, ledger: RequestLedger, errors: ErrorShape) {
    var account = RequestAccount(
      id: RandomName.made(), method: nil, route: run.record.path, bytesIn: run.request.body.count)
    account.job = run.record.id
    account.key = run.record.key
    self.run = run
    self.ledger = ledger
    inner = run
    id = account.id
    crossOrigin = CrossOrigin()
    origin = nil
    isPreflight = false
    startSeconds = ledger.time.steadySeconds()
    state = Mutex(State(account: account, errors: errors))
    run.onDisconnect { [weak self] in self?.close(status: ErrorStatus.clientLeft) }
  }

  /// A route that forgot its exchange must neither leave its client waiting nor its account open.
  deinit {
    guard !state.withLock({ $0.isClosed }) else { return }
    if inner.isAbandoned {
      close(status: ErrorStatus.clientLeft)
    } else {
      refuse(TranslationError.failed("the request was dropped without an answer"))
    }
  }

  // MARK: Answering

  func respond(_ response: HTTPResponse) {
    var response = response
    response.headers[RequestID.field] = id
    response =
      isPreflight ? crossOrigin.preflight(response, for: origin) : crossOrigin.opened(response, for: origin)
    close(status: response.status, bytesOut: response.body.count) { inner.respond(response) }
  }

  func respond(json bytes: [UInt8]) {
    respond(HTTPResponse(json: bytes))
  }

  /// Answers with the status and message of an error.
  func refuse(_ error: any Error) {
    let status = noted(error)
    run?.noteFailure(status.message)
    respond(state.withLock { $0.errors }.response(status))
  }

  /// Sets the shape in which the client reads errors.
  func answersErrors(in shape: ErrorShape) {
    state.withLock { $0.errors = shape }
  }

  /// Begins an answer in pieces.
  /// - Returns: nil if the exchange was answered before.
  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? {
    var head = HTTPResponse(status: status, headers: headers)
    head.headers[RequestID.field] = id
    head = crossOrigin.opened(head, for: origin)
    guard let stream = inner.begin(status: status, headers: head.headers, filler: filler) else { return nil }
    note { $0.status = status }
    return AccountedStream(inner: stream, exchange: self)
  }

  // MARK: Working for the answer

  /// Whether the client has left, so that further work for it is in vain.
  var isAbandoned: Bool { inner.isAbandoned }

  /// Whether the answer is for a job, now or later: a file is answered itself instead of its address.
  var isOfJob: Bool { run != nil || state.withLock { $0.submission != nil } }

  /// Takes the part of the texts that is translated; nil if nobody asks for it.
  var progress: (@Sendable (Double) -> Void)? {
    guard let run else { return nil }
    return { run.advance(to: $0) }
  }

  /// Makes a job of the request once it is read and checked.
  func submits(_ submission: JobSubmission) {
    state.withLock { $0.submission = submission }
  }

  /// Has the current service work on a request, and answers with its result. A client that leaves cancels the work. A
  /// request that is submitted as a job is only kept.
  /// - Parameters:
  ///   - slot: the place of the service.
  ///   - events: the answer as events, if the client wants it so.
  ///   - work: the account of the work, from its result.
  ///   - response: the answer, from the result.
  ///   - start: hands the request to the service, which calls the closure with the result.
  /// - Throws: `Refusal.loading` if there is no service yet.
  func answer<Value: Sendable>(
    from slot: ServiceSlot, events: TranslationEvents? = nil, work: @escaping @Sendable (Value) -> RequestWork,
    response: @escaping @Sendable (Value) throws -> HTTPResponse,
    start: (any Translator, @escaping @Sendable (Result<Value, TranslationError>) -> Void) -> any Cancellable
  ) throws {
    if try becameJob() { return }
    let task = try slot.withService { service in
      start(service) { [self] result in
        do {
          let value = try result.get()
          // The account holds all texts once more, so it comes after a file is written.
          let written = Result { try response(value) }
          note { $0.work = work(value) }
          let response = try written.get()
          if let events { events.finish(response.body) } else { respond(response) }
        } catch {
          if let events { events.fail(error) } else { refuse(error) }
        }
      }
    }
    inner.onDisconnect { task.cancel() }
  }

  private func becameJob() throws -> Bool {
    let (submission, characters, reserved) = state.withLock {
      ($0.submission, $0.submittedCharacters, $0.reservedCharacters)
    }
    guard let submission else { return false }
    let response = try submission.accepted(key: keyName, characters: characters, reserved: reserved)
    // From now on they are reserved for the job.
    state.withLock { $0.reservedCharacters = 0 }
    respond(response)
    return true
  }

  // MARK: Keeping the account

  /// Adds to the account of the request.
  func note(_ change: (inout RequestAccount) -> Void) {
    state.withLock { change(&$0.account) }
  }

  /// The status and message of an error, which the account now gives as the request's.
  func noted(_ error: any Error) -> ErrorStatus {
    let refusal = ErrorStatus(error)
    note { $0.refusal = RequestRefusal(reason: refusal.reason, message: refusal.message) }
    return refusal
  }

  /// Keeps the key that the request came with; nil if keys are not needed.
  func admit(_ key: APIKey?) {
    state.withLock { state in
      state.account.key = key?.name
      state.key = key
    }
  }

  /// The key that was admitted; nil if keys are not needed, and in the run of a job.
  var key: APIKey? { state.withLock { $0.key } }

  /// The name of the key that was admitted, also in the run of a job; nil if keys are not needed.
  var keyName: String? { state.withLock { $0.account.key } }

  /// Reserves the characters of texts from the quota of the key, until the exchange is over.
  /// - Throws: `Refusal.quotaExceeded`.
  func reserve(_ texts: some Sequence<String>) throws {
    let (submission, key) = state.withLock { ($0.submission, $0.key) }
    let isLimited = key?.quota.isLimited ?? false
    guard isLimited || submission != nil else { return }
    let characters = texts.characterCount
    state.withLock { $0.submittedCharacters += characters }
    guard let key, isLimited else { return }
    try ledger.usage.reserve(characters, for: key, unixMilliseconds: ledger.time.unixMilliseconds())
    state.withLock { $0.reservedCharacters += characters }
  }

  /// Hands the account to the ledger, once. Calls `answer` in any case: an exchange must be answered though its client
  /// has left.
  /// - Parameters:
  ///   - status: the status of the answer; nil if the account has it.
  ///   - bytesOut: number of bytes that leave with this call.
  fileprivate func close(status: Int? = nil, bytesOut: Int = 0, answer: () -> Void = {}) {
    let closed: (account: RequestAccount, reservedCharacters: Int)? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.isClosed = true
      state.account.status = status ?? state.account.status
      state.account.bytesOut = state.account.method == "HEAD" ? 0 : state.account.bytesOut + bytesOut
      state.account.seconds = max(0, ledger.time.steadySeconds() - startSeconds)
      return (state.account, state.reservedCharacters)
    }
    if let (account, reservedCharacters) = closed {
      ledger.enter(account, releasing: reservedCharacters, answer: answer)
    } else {
      answer()
    }
  }
}

/// An answer in pieces. The account is closed before the last piece leaves.
private struct AccountedStream: HTTPResponseStream {
  let inner: any HTTPResponseStream
  let exchange: APIExchange

  func send(_ bytes: [UInt8]) {
    exchange.note { $0.bytesOut += bytes.count }
    inner.send(bytes)
  }

  func finish(_ last: [UInt8]) {
    exchange.close(bytesOut: last.count) { inner.finish(last) }
  }
}

// MARK: - Parts

extension Sequence<String> {
  /// Number of characters as limits and quotas count them: Unicode scalars.
  var characterCount: Int { reduce(0) { $0 + $1.unicodeScalars.count } }
}

extension HTTPResponse {
  init(json bytes: [UInt8], status: Int = 200) {
    self.init(status: status, headers: ["Content-Type": "application/json"], body: bytes)
  }
}
