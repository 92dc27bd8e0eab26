import HTTP

/// Cross-origin access (Fetch standard, CORS): any page may call this API, as with LibreTranslate.
enum CrossOrigin {
  static func opened(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response
  }

  /// What a browser asks before a request that a plain form could not have sent.
  static func preflight(allowed methods: [String]) -> HTTPResponse {
    let list = methods.joined(separator: ", ")
    return HTTPResponse(
      status: 204,
      headers: [
        "Allow": list,
        "Access-Control-Allow-Methods": list,
        "Access-Control-Allow-Headers": "Authorization, Content-Type, X-Request-Id, X-Request-Timeout-Ms",
        "Access-Control-Max-Age": "86400",
      ])
  }
}
