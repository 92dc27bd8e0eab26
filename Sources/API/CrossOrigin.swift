import HTTP

/// Cross-origin access (Fetch standard, CORS): decides which pages can read the answers of this API. Any page can unless
/// some are named, as with LibreTranslate.
package struct CrossOrigin: Sendable {
  /// The allowed origins; nil for any.
  private let allowed: Set<String>?

  package init(_ origins: [AllowedOrigin] = []) {
    let texts = Set(origins.map(\.text))
    allowed = texts.isEmpty || texts.contains(AllowedOrigin.any) ? nil : texts
  }

  /// An answer, or a refusal, with the header fields that let the page of `origin` read it. If pages are named, answers
  /// differ by origin, so `Vary` is sent to caches even if the request has no origin.
  func opened(_ response: HTTPResponse, for origin: String?) -> HTTPResponse {
    var response = response
    if allowed != nil { response.headers.add("Vary", "Origin") }
    guard let reader = reader(origin) else { return response }
    response.headers["Access-Control-Allow-Origin"] = reader
    response.headers["Access-Control-Expose-Headers"] = "Location, Preference-Applied, Retry-After, X-Request-Id"
    return response
  }

  /// The answer to a preflight: browsers ask before a request that a plain form could not have sent.
  func preflight(_ response: HTTPResponse, for origin: String?) -> HTTPResponse {
    var response = opened(response, for: origin)
    guard let methods = response.headers["Allow"], reader(origin) != nil else { return response }
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] = Self.headerFields.joined(separator: ", ")
    response.headers["Access-Control-Max-Age"] = "86400"
    return response
  }

  /// Header fields that pages can send: those of this API, and those of other services' clients.
  private static let headerFields = [
    "Authorization", "Content-Type", "Ocp-Apim-Subscription-Key", "Ocp-Apim-Subscription-Region", "Prefer",
    "X-API-Key", "X-ClientTraceId", "X-Goog-Api-Key", "X-Request-Id", "X-Request-Timeout-Ms",
  ]

  /// The value of `Access-Control-Allow-Origin`; nil if the page cannot read the answer.
  private func reader(_ origin: String?) -> String? {
    guard let allowed else { return AllowedOrigin.any }
    return origin.flatMap { allowed.contains($0) ? $0 : nil }
  }
}

/// The origin of pages, such as `https://example.org` or `http://localhost:8080` (RFC 6454 section 6.2), or `*` for any.
package struct AllowedOrigin: Sendable, Equatable {
  static let any = "*"
  private static let usualPorts = ["http": ":80", "https": ":443"]

  /// The origin as browsers write it: in lower case, without the usual port of the scheme.
  package let text: String

  /// Nil if `text` is no origin. A text with a path is none, and neither is `null`, which any page can bring about.
  package init?(_ text: String) {
    let lower = text.lowercased()
    guard lower != Self.any else {
      self.text = lower
      return
    }
    guard let mark = lower.firstRange(of: "://"), mark.lowerBound > lower.startIndex else { return nil }
    let scheme = lower[..<mark.lowerBound]
    let host = Array(lower[mark.upperBound...].utf8)
    guard scheme.utf8.allSatisfy(Self.isSchemeByte), !host.isEmpty, host.last != UInt8(ascii: ":"),
      !host.contains(UInt8(ascii: "*")), HostAndPort.isValid(host[...])
    else { return nil }
    let port = Self.usualPorts[String(scheme)].flatMap { lower.hasSuffix($0) ? $0 : nil } ?? ""
    self.text = String(lower.dropLast(port.count))
  }

  /// Whether a scheme in lower case, such as `chrome-extension`, can contain the byte.
  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
