import HTTP
import JSON
import Translation

/// The routes of DeepL's API for documents: upload, status and download. A document is a job, which its client finds by the
/// key of the document.
struct DeepLDocuments: WireFormat {
  private static let path = "/v2/document"
  private static let folder = path + "/"

  static let errors = DeepLRoutes.errors

  private let server: RouteContext

  init(_ server: RouteContext) {
    self.server = server
  }

  var routes: [Route] {
    [
      Route("POST", Self.path, errors: Self.errors, jobs: .always(Self.accepted), guarded: translate),
      Route("POST", Self.folder + "*", errors: Self.errors, guarded: find),
    ]
  }

  /// `POST /v2/document`: translates a file, as a job.
  @Sendable private func translate(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    guard server.settings.files != nil else { throw Refusal.filesDisabled }
    let part = try fields.requiredFile("file")
    try DeepLTranslation.checkOptions(fields)
    let name = try fields.string("filename") ?? part.fileName ?? ""
    var request = TranslationRequest(
      texts: [], source: try fields.source("source_lang"), target: try fields.required("target_lang").lowercased())
    request = try server.slot.withService { service in
      let understood = service.understood(request)
      try service.check(understood)
      return understood
    }
    var terms = terms
    let limit = server.characterLimit(of: exchange)
    let file = try UploadedFile(part.body, named: name, characterLimit: limit, &terms) { exchange.isAbandoned }
    try checkOutput(of: file, fields)
    request.terms = terms
    request.glossaries = try server.settings.clientGlossaries.glossaries(
      GlossaryStore.ids(fields, from: request.source), of: exchange.keyName)
    try server.translate(file, request, exchange) { HTTPResponse($0) }
  }

  private static func accepted(_ record: JobRecord) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("document_id", record.id)
      writer.member("document_key", record.secret)
    }
    return HTTPResponse(json: writer.bytes)
  }

  /// Checks that the format that the client wants is the one that the file is written in.
  private func checkOutput(of file: UploadedFile, _ fields: RequestFields) throws {
    let written = file.format.answerExtension
    guard let wanted = try fields.string("output_format")?.lowercased(), wanted != written else { return }
    throw Refusal.malformed("output_format: expected \(written) for this file, found \(wanted.excerpt)")
  }

  /// `POST /v2/document/ID` and `POST /v2/document/ID/result`. The client needs the key of the document beside its own.
  @Sendable private func find(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let address = JobAddress(fields.path, below: Self.folder)
    let key = try fields.required("document_key")
    guard let record = server.jobs.record(address.id), record.path == Self.path,
      record.isVisible(to: exchange.keyName), let secret = PaddedSecret(record.secret),
      let given = PaddedSecret(key), secret.equals(given)
    else { throw Refusal.noSuchFile }
    exchange.respond(try address.isOfResult ? result(of: record) : status(of: record))
  }

  private func status(of record: JobRecord) -> HTTPResponse {
    let progress = server.jobs.progress(of: record)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("document_id", record.id)
      if let failure = record.end?.failure {
        writer.member("status", "error")
        writer.member("error_message", failure)
      } else if record.end != nil {
        writer.member("status", "done")
        writer.member("billed_characters", record.characters)
      } else {
        writer.member("status", progress == nil ? "queued" : "translating")
        writer.member("seconds_remaining", ifPresent: progress?.secondsLeft)
      }
    }
    return HTTPResponse(json: writer.bytes)
  }

  private func result(of record: JobRecord) throws -> HTTPResponse {
    guard record.end != nil else { throw Refusal.documentNotReady }
    guard !record.hasFailed, let answer = server.jobs.answer(to: record) else { throw Refusal.noSuchFile }
    return answer
  }
}
