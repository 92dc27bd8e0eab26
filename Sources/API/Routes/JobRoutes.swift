import HTTP
import JSON
import Translation

/// The routes of jobs: `POST /jobs`, `GET /jobs`, and those of one job below `/jobs/ID`.
struct JobRoutes: Sendable {
  static let path = "/jobs"
  private static let folder = path + "/"

  let server: RouteContext
  let translate: TranslateRoute
  let files: FileRoutes

  var routes: [Route] {
    [
      Route("POST", Self.path, jobs: .always(accepted), guarded: submit),
      Route("GET", Self.path, guarded: list),
      Route("GET", Self.folder + "*", guarded: show),
      Route("DELETE", Self.folder + "*", guarded: remove),
    ]
  }

  /// The answer to a request that became a job.
  @Sendable func accepted(_ record: JobRecord) -> HTTPResponse {
    var response = HTTPResponse(json: json(record), status: 202)
    response.headers["Location"] = server.settings.urlPrefix.text + Self.folder + record.id
    return response
  }

  /// `POST /jobs`: a file, or the fields of `/translate`.
  @Sendable private func submit(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    if fields.file("file") == nil {
      try translate.handle(fields, terms, exchange)
    } else {
      try files.translate(fields, terms, exchange)
    }
  }

  /// `GET /jobs`: the jobs of the client.
  @Sendable private func list(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) {
    var writer = JSONWriter(capacity: 1 << 12)
    writer.object { writer in
      writer.member("jobs", arrayOf: server.jobs.records(of: terms.client)) { status(&$0, $1) }
    }
    exchange.respond(json: writer.bytes)
  }

  /// `GET /jobs/ID` and `GET /jobs/ID/result`.
  @Sendable private func show(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let address = JobAddress(fields.path, below: Self.folder)
    let record = try record(address.id, exchange)
    guard address.isOfResult else { return exchange.respond(json: json(record)) }
    guard record.end != nil else { throw Refusal.jobNotDone }
    guard let answer = server.jobs.answer(to: record) else { throw Refusal.noSuchJob }
    exchange.respond(answer)
  }

  /// `DELETE /jobs/ID`.
  @Sendable private func remove(_ fields: RequestFields, _ terms: RequestTerms, _ exchange: APIExchange) throws {
    let record = try record(String(fields.path.dropFirst(Self.folder.count)), exchange)
    server.jobs.remove(record)
    exchange.respond(json: json(record, isCancelled: record.end == nil))
  }

  private func record(_ id: String, _ exchange: APIExchange) throws -> JobRecord {
    guard let record = server.jobs.record(id), record.isVisible(to: exchange.keyName) else { throw Refusal.noSuchJob }
    return record
  }

  // MARK: Status

  private func json(_ record: JobRecord, isCancelled: Bool = false) -> [UInt8] {
    var writer = JSONWriter()
    status(&writer, record, isCancelled: isCancelled)
    return writer.bytes
  }

  private func status(_ writer: inout JSONWriter, _ record: JobRecord, isCancelled: Bool = false) {
    let progress = server.jobs.progress(of: record)
    writer.object { writer in
      writer.member("id", record.id)
      writer.member("state", isCancelled ? "cancelled" : Self.state(record, progress))
      writer.member("progress", ((progress?.part ?? 0) * 10_000).rounded() / 10_000)
      writer.member("characters", record.characters)
      writer.member("created", Timestamp.text(unixMilliseconds: record.created))
      writer.member("ended", ifPresent: record.end.map { Timestamp.text(unixMilliseconds: $0.time) })
      if record.end == nil { writer.member("secondsLeft", ifPresent: progress?.secondsLeft) }
      writer.member("error", ifPresent: record.end?.failure)
    }
  }

  private static func state(_ record: JobRecord, _ progress: JobProgress?) -> String {
    if record.end != nil { return record.hasFailed ? "failed" : "done" }
    return progress == nil ? "queued" : "running"
  }
}

/// The part of a path that names a job, and whether the path is that of its result.
struct JobAddress {
  private static let resultEnding = "/result"

  let id: String
  let isOfResult: Bool

  init(_ path: String, below folder: String) {
    let name = path.dropFirst(folder.count)
    isOfResult = name.hasSuffix(Self.resultEnding)
    id = String(isOfResult ? name.dropLast(Self.resultEnding.count) : name)
  }
}
