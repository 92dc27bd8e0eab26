import HTTP

/// Cross-origin access (Fetch standard, CORS): any page may call this API, as with LibreTranslate.
enum CrossOrigin {
  static func opened(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After, X-Request-Id"
    return response
  }

  /// The answer to what a browser asks before a request that a plain form could not have sent.
  static func preflight(_ response: HTTPResponse) -> HTTPResponse {
    guard let methods = response.headers["Allow"] else { return response }
    var response = response
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] =
      "Authorization, Content-Type, X-Request-Id, X-Request-Timeout-Ms"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response
  }
}
