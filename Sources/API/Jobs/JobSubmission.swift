import HTTP

/// Whether the requests of a route can be jobs, and the answer to a request that became one.
enum JobUse: Sendable {
  /// The answer, with the job.
  typealias Answer = @Sendable (JobRecord) -> HTTPResponse

  case never
  /// If the client prefers it (RFC 7240 section 4.1).
  case whenPreferred(Answer)
  case always(Answer)

  /// - Returns: the answer if a request becomes a job; else nil.
  func answer(to request: HTTPRequest) -> Answer? {
    switch self {
    case .never: nil
    case .whenPreferred(let answer): Self.isPreferred(request) ? Self.noting(answer) : nil
    case .always(let answer): answer
    }
  }

  private static func isPreferred(_ request: HTTPRequest) -> Bool {
    request.headers.list("Prefer").contains { preference in
      preference.split(separator: ";").first.map { $0.filter { $0 != " " } == "respond-async" } ?? false
    }
  }

  private static func noting(_ answer: @escaping Answer) -> Answer {
    { record in
      var response = answer(record)
      response.headers["Preference-Applied"] = "respond-async"
      return response
    }
  }
}

/// A request on its way to become a job. Its route reads and checks it first, as if it were to be answered at once.
struct JobSubmission: Sendable {
  let request: HTTPRequest
  let client: String
  let jobs: JobQueue
  let answer: JobUse.Answer

  /// Keeps the request as a job.
  /// - Parameters:
  ///   - key: the name of the client's key.
  ///   - characters: number of characters of the texts.
  ///   - reserved: those of them that are reserved from the quota of the key.
  /// - Returns: the answer to the client.
  /// - Throws: `Refusal` if there is no room, or `FileError`.
  func accepted(key: String?, characters: Int, reserved: Int) throws -> HTTPResponse {
    answer(try jobs.add(request, client: client, key: key, characters: characters, reserved: reserved))
  }
}
