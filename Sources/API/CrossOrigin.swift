import HTTP

/// Cross-origin access (Fetch standard, CORS): which pages may read the answers of this API. Any page unless some are
/// named, as with LibreTranslate.
package struct CrossOrigin: Sendable {
  /// Nil for any.
  private let allowed: Set<String>?

  package init(_ origins: [AllowedOrigin] = []) {
    let texts = Set(origins.map(\.text))
    allowed = texts.isEmpty || texts.contains(AllowedOrigin.any) ? nil : texts
  }

  /// An answer to a request with that `Origin`, also one that says no. Where pages are named, answers differ by origin,
  /// so caches are told (`Vary`) even when there was none.
  func opened(_ response: HTTPResponse, for origin: String?) -> HTTPResponse {
    var response = response
    if allowed != nil { response.headers.add("Vary", "Origin") }
    guard let reader = reader(origin) else { return response }
    response.headers["Access-Control-Allow-Origin"] = reader
    response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
    return response
  }

  /// The answer to what a browser asks before a request that a plain form could not have sent.
  func preflight(_ response: HTTPResponse, for origin: String?) -> HTTPResponse {
    var response = opened(response, for: origin)
    guard let methods = response.headers["Allow"], reader(origin) != nil else { return response }
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] =
      "Authorization, Content-Type, X-Request-Id, X-Request-Timeout-Ms"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response
  }

  /// Who may read, as the answer names them; nil for nobody.
  private func reader(_ origin: String?) -> String? {
    guard let allowed else { return AllowedOrigin.any }
    return origin.flatMap { allowed.contains($0) ? $0 : nil }
  }
}
