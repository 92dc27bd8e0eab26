import HTTP
import JSON

/// How a client expects to read what went wrong.
enum ErrorShape: Sendable {
  /// `{"error": …}`, LibreTranslate's and everybody else's.
  case plain
  /// `{"message": …, "detail": …}`, DeepL's; the detail is the reason in a word.
  case deepL

  func response(_ error: ErrorStatus) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object { writer in
      for (name, text) in members(error) {
        writer.name(name)
        writer.string(text)
      }
    }
    var response = HTTPResponse(json: writer.bytes, status: error.status)
    for field in error.headers.fields { response.headers.add(field.name, field.value) }
    return response
  }

  /// The answer to what the router found wrong.
  @Sendable func unroutable(status: Int, message: String) -> HTTPResponse {
    response(ErrorStatus(Refusal.unroutable(status: status, message: message)))
  }

  private func members(_ error: ErrorStatus) -> [(name: String, text: String)] {
    switch self {
    case .plain: [("error", error.message)]
    case .deepL: [("message", error.message), ("detail", error.reason.rawValue)]
    }
  }
}
