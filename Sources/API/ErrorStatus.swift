import HTTP
import JSON
import Languages
import Translation

/// The status, reason, message and header fields that an error is answered with: the one table of all errors.
struct ErrorStatus: Equatable {
  /// The status, in logs and metrics alone, of a request whose client left before it was answered, as nginx has it.
  static let clientLeft = 499

  var status: Int
  var reason: RefusalReason
  var message: String
  var headers: HTTPHeaders = [:]

  init(_ refusal: Refusal) {
    switch refusal {
    case .malformed(let message):
      self.init(400, .malformed, message)
    case .unsupportedMediaType(let found):
      self.init(
        415, .mediaType,
        "media type \(found.excerpt) is not supported; expected one of \(RequestFields.mediaTypes)")
    case .unsupportedContentCoding(let found):
      self.init(
        415, .mediaType, "content coding \(found.excerpt) is not supported; expected gzip or none",
        ["Accept-Encoding": "gzip"])
    case .unpackedBodyTooLarge(let limit):
      self.init(413, .tooLarge, "the unpacked body is longer than \(limit) bytes")
    case .keyMissing:
      self.init(403, .keyMissing, "Please contact the server operator to get an API key")
    case .keyUnknown:
      self.init(403, .keyUnknown, "Invalid API key")
    case .tooManyRequests(let limit, let seconds):
      self.init(429, .rateLimit, "Slowdown: \(limit) per 1 minute", retryAfter: seconds)
    case .quotaExceeded(let limit, let period):
      self.init(403, .quota, "Quota exceeded: \(limit) characters per \(period)")
    case .tooManyTexts(let found, let limit):
      self.init(
        400, .tooLarge, "Invalid request: request (\(found)) exceeds text limit (\(limit)): texts, not characters")
    case .fileTooLarge(let found, let limit):
      self.init(413, .tooLarge, "Invalid request: file (\(found) bytes) exceeds size limit (\(limit) bytes)")
    case .suggestionsDisabled:
      self.init(403, .disabled, "Suggestions are disabled on this server.")
    case .filesDisabled:
      self.init(403, .disabled, "Files translation are disabled on this server.")
    case .noSuchFile:
      self.init(404, .notFound, "no such file: it was never there, or its time is over")
    case .documentNotReady:
      self.init(503, .loading, "the document is not translated yet", retryAfter: 1)
    case .noSuchJob:
      self.init(404, .notFound, "no such job: it was never there, was removed, or its time is over")
    case .jobLost:
      self.init(
        503, .draining, "the server shuts down before the job is done, and keeps jobs in memory alone; send it again",
        retryAfter: 1)
    case .answerNotWritten:
      self.init(
        507, .noRoom, "the answer cannot be written: the server's folder of jobs is full or not writable; send it again"
      )
    case .jobNotDone:
      self.init(409, .notDone, "the job has no answer yet", retryAfter: 1)
    case .tooManyJobs(let found, let limit):
      self.init(
        429, .jobs, "found \(found) jobs, expected fewer than \(limit); DELETE /jobs/ID forgets one", retryAfter: 60)
    case .jobsTooLarge(let found, let limit):
      self.init(413, .tooLarge, "jobs of one client: found \(found) bytes, expected at most \(limit)")
    case .noSuchGlossary:
      self.init(404, .notFound, "no such glossary")
    case .loading:
      self.init(503, .loading, "the models are still being loaded", retryAfter: 2)
    case .unknownPath(let path):
      self.init(404, .notFound, "no such path: \(path.excerpt)")
    case .unknownMethod(let method, let path, let allowed):
      self.init(405, .method, "\(path.excerpt) does not know \(method.excerpt), only \(allowed)", ["Allow": allowed])
    case .connection(let status, let message):
      self.init(status, Self.reason(connection: status), message, status == 503 ? ["Retry-After": "1"] : [:])
    case .service(let error):
      self.init(error)
    }
  }

  /// The status of any error that an action throws.
  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self.init(refusal)
    case let error as TranslationError: self.init(error)
    default: self.init(500, .failed, "\(error)")
    }
  }

  private init(_ error: TranslationError) {
    switch error {
    case .invalid(let field, let message):
      self.init(400, .malformed, "Invalid request: \(field): \(message)")
    case .pairNotServed(let source, let target, let served):
      self.init(400, .notServed, Self.notServed(source, target, served))
    case .languageNotServed(let language, let target, let served):
      self.init(400, .notServed, Self.notServed(detected: language, target, served))
    case .unknownModel(let name, let served):
      self.init(400, .notServed, "model \(name.excerpt) is not served; served: \(served.joined(separator: ", "))")
    case .textTooLong(let found, let limit):
      self.init(413, .tooLarge, "Invalid request: request (\(found)) exceeds text limit (\(limit))")
    case .attentionTooLarge(let found, let limit):
      self.init(
        413, .tooLarge,
        "the answer would hold \(found) attention weights, over the limit of \(limit); ask for fewer kinds, layers or "
          + "heads, for heads=mean, or with a shorter sentence")
    case .noAttention(let architecture, let kind):
      self.init(422, .noAttention, "the architecture \(architecture) has no \(kind) attention")
    case .noDirectModel(let source, let target, let pivot):
      self.init(
        422, .noAttention,
        "\(source) to \(target) is translated through \(pivot) and has no model of its own; "
          + "ask for \(source) to \(pivot) or \(pivot) to \(target)")
    case .queueFull(let seconds):
      self.init(503, .queueFull, "the queue is full", retryAfter: seconds)
    case .tooBusy(let seconds):
      self.init(503, .tooBusy, "the server is too busy to answer before the deadline", retryAfter: seconds)
    case .draining:
      self.init(503, .draining, "the server is shutting down", retryAfter: 1)
    case .cancelled:
      self.init(503, .cancelled, "the request was cancelled")
    case .deadlinePassed:
      self.init(504, .deadline, "the deadline passed before the answer was ready")
    case .modelUnavailable(let message):
      self.init(503, .loading, message, retryAfter: 5)
    case .modelsTooLarge(let models, let found, let limit):
      self.init(
        507, .noRoom,
        "model \(models.joined(separator: " and ")): found \(found) bytes, expected at most \(limit), the server's limit "
          + "of all loaded models")
    case .failed(let message):
      self.init(500, .failed, message)
    }
  }

  /// LibreTranslate's words, then the pairs that are served.
  private static func notServed(_ source: String, _ target: String, _ served: ServedPairs) -> String {
    let known = Set(served.sources + served.targets)
    let pairs = listed(served)
    if let unknown = [source, target].first(where: { !known.contains($0) && $0 != "auto" }) {
      return "\(unknown.excerpt) is not supported; served: \(pairs)"
    }
    return "\(LanguageCode(target).englishName) (\(target)) is not available as a target language from "
      + "\(LanguageCode(source).englishName) (\(source)); served: \(pairs)"
  }

  private static func notServed(detected language: String?, _ target: String, _ served: ServedPairs) -> String {
    guard let language else { return "the language of the text was not recognised; served: \(listed(served))" }
    let name = LanguageCode(language).englishName
    return "the text seems to be \(name) (\(language)), which is not translated into "
      + "\(LanguageCode(target).englishName) (\(target)); served: \(listed(served))"
  }

  /// The most pairs that a message names.
  private static let listedPairs = 100

  private static func listed(_ served: ServedPairs) -> String {
    let pairs = served.prefix(listedPairs + 1).map { "\($0.source) to \($0.target)" }
    if pairs.count <= listedPairs { return pairs.joined(separator: ", ") }
    return "\(served.sources.count) languages into \(served.targets.count); GET /languages lists them"
  }

  private init(_ status: Int, _ reason: RefusalReason, _ message: String, _ headers: HTTPHeaders = [:]) {
    self.status = status
    self.reason = reason
    self.message = message
    self.headers = headers
  }

  private init(_ status: Int, _ reason: RefusalReason, _ message: String, retryAfter seconds: Int) {
    self.init(status, reason, message, ["Retry-After": String(seconds)])
  }

  /// The reason that a status of the connection stands for.
  private static func reason(connection status: Int) -> RefusalReason {
    switch status {
    case 404: .notFound
    case 405: .method
    case 408: .slow
    case 413, 414, 431: .tooLarge
    case 503: .connections
    case 500: .failed
    default: .malformed
    }
  }
}

extension TranslationError: CustomStringConvertible {
  /// The message of the API's answer, for commands that print it.
  package var description: String { ErrorStatus(self).message }
}

// MARK: - Shapes

/// The form in which a client expects to read an error.
struct ErrorShape: Sendable {
  /// The answer without the header fields of the error.
  private let answer: @Sendable (ErrorStatus) -> HTTPResponse

  init(_ answer: @escaping @Sendable (ErrorStatus) -> HTTPResponse) {
    self.answer = answer
  }

  /// A shape of JSON.
  /// - Parameter status: the status of the answer, which is the error's own unless the wire has another for it.
  init(
    status: @escaping @Sendable (ErrorStatus) -> Int = \.status,
    json members: @escaping @Sendable (inout JSONWriter, ErrorStatus) -> Void
  ) {
    self.init { error in
      var writer = JSONWriter()
      writer.object { members(&$0, error) }
      return HTTPResponse(json: writer.bytes, status: status(error))
    }
  }

  /// `{"error": …}`: LibreTranslate's shape, and that of all routes without one of their own.
  static let plain = ErrorShape { writer, error in writer.member("error", error.message) }

  func response(_ error: ErrorStatus) -> HTTPResponse {
    var response = answer(error)
    for field in error.headers.fields { response.headers.add(field.name, field.value) }
    return response
  }
}
