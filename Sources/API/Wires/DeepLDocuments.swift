import HTTP
import JSON
import Translation

/// The routes of DeepL's API for documents: upload, status and download.
struct DeepLDocuments: WireFormat {
  private static let folder = "/v2/document/"
  private static let resultEnding = "/result"

  /// None: `openapi/deepl.json` describes all routes.
  static let operations: [WireOperation] = []
  static let errors = DeepLRoutes.errors

  private let server: RouteContext
  private let jobs: DocumentJobs

  init(_ server: RouteContext) {
    self.server = server
    jobs = DocumentJobs(server)
  }

  var routes: [Route] {
    [
      Route("POST", "/v2/document", errors: Self.errors, guarded: upload),
      Route("POST", Self.folder + "*", errors: Self.errors, open: find),
    ]
  }

  /// `POST /v2/document`: takes a file.
  @Sendable private func upload(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    guard server.settings.files != nil else { throw Refusal.filesDisabled }
    guard let part = fields.file("file") else { throw Refusal.malformed("Invalid request: missing file parameter") }
    try DeepLTranslation.checkOptions(fields)
    for name in ["glossary_id", "glossary_ids"] where fields.holds(name) {
      throw Refusal.malformed("\(name) is not supported for documents by this server")
    }
    let name = try fields.string("filename") ?? part.fileName ?? ""
    let (source, target) = (try fields.source("source_lang"), try fields.required("target_lang").lowercased())
    try checkPair(source, target)
    var terms = terms
    let file = try UploadedFile(part.body, named: name, server.settings, &terms) { exchange.isAbandoned }
    try checkOutput(of: file, fields)
    let characters = file.document.texts.reduce(0) { $0 + $1.text.unicodeScalars.count }
    let limit = server.settings.characterLimit
    guard characters <= limit else { throw Refusal.service(.textTooLong(found: characters, limit: limit)) }
    let job = try DocumentJob(
      part.body, named: name, source: source, target: target, client: terms.client, apiKey: exchange.key,
      characters: characters)
    try reserve(job)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("document_id", job.id)
      writer.member("document_key", job.key)
    }
    exchange.respond(json: writer.bytes)
  }

  /// Reserves the characters of a document from the quota of its key, and has it translated.
  private func reserve(_ job: DocumentJob) throws {
    let ledger = server.ledger
    let now = ledger.time.unixMilliseconds()
    guard let key = job.apiKey, key.quota.isLimited else { return try jobs.add(job) }
    try ledger.usage.reserve(job.characters, for: key, unixMilliseconds: now)
    do {
      try jobs.add(job)
    } catch {
      ledger.usage.settle(0, reserved: job.characters, key: key.name, unixMilliseconds: now)
      throw error
    }
  }

  private func checkPair(_ source: String?, _ target: String) throws {
    try server.slot.withService { service in
      let asked = service.understood(TranslationRequest(texts: [], source: source, target: target))
      let isServed =
        if let from = asked.source {
          from == asked.target || service.pairs.contain(LanguagePair(source: from, target: asked.target))
        } else {
          !service.pairs.sources(to: asked.target).isEmpty
        }
      guard isServed else {
        throw TranslationError.pairNotServed(
          source: asked.source ?? "auto", target: asked.target, served: service.pairs)
      }
    }
  }

  /// Checks that the format that the client wants is the one that the file is written in.
  private func checkOutput(of file: UploadedFile, _ fields: RequestFields) throws {
    let written = file.format.answerExtension
    guard let wanted = try fields.string("output_format")?.lowercased(), wanted != written else { return }
    throw Refusal.malformed("output_format: expected \(written) for this file, found \(wanted.excerpt)")
  }

  /// `POST /v2/document/ID` and `POST /v2/document/ID/result`. The key of the document admits the client.
  @Sendable private func find(_ request: HTTPRequest, _ exchange: APIExchange) throws {
    var id = String(request.path.dropFirst(Self.folder.count))
    let wantsResult = id.hasSuffix(Self.resultEnding)
    if wantsResult { id.removeLast(Self.resultEnding.count) }
    let key = try RequestFields(request, settings: server.settings).required("document_key")
    guard let job = jobs.job(id, key: key) else { throw Refusal.noSuchFile }
    exchange.respond(try wantsResult ? result(of: job) : status(of: job))
  }

  private func status(of job: DocumentJob) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("document_id", job.id)
      switch job.phase {
      case .waiting: writer.member("status", "queued")
      case .translating:
        writer.member("status", "translating")
        let seconds = job.secondsRemaining(now: server.ledger.time.steadySeconds())
        writer.member("seconds_remaining", ifPresent: seconds)
      case .done:
        writer.member("status", "done")
        writer.member("billed_characters", job.characters)
      case .failed(let message):
        writer.member("status", "error")
        writer.member("error_message", message)
      }
    }
    return HTTPResponse(json: writer.bytes)
  }

  private func result(of job: DocumentJob) throws -> HTTPResponse {
    switch job.phase {
    case .waiting, .translating: throw Refusal.documentNotReady
    case .failed: throw Refusal.noSuchFile
    case .done(let name):
      guard let file = server.settings.files?.file(named: name) else { throw Refusal.noSuchFile }
      return HTTPResponse(file)
    }
  }
}
