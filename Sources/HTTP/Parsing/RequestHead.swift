/// A request without its body, checked against RFC 9112.
package struct RequestHead: Sendable, Equatable {
  package var method: String
  package var target: RequestTarget
  /// 0 or 1: the y of HTTP/1.y.
  package var minorVersion: Int
  package var headers: HTTPHeaders
  package var framing: BodyFraming
  /// The client waits for `100 Continue` before it sends the body.
  package var expectsContinue: Bool
  /// The client would send a further request on this connection.
  package var keepsAlive: Bool

  /// Checks what concerns the whole head: `Host`, lengths and codings, `Expect`, `Connection`.
  init(line: RequestLine, headers: HTTPHeaders, bodyLimit: Int) throws(RequestError) {
    method = line.method
    target = line.target
    minorVersion = line.minorVersion
    self.headers = headers
    try Self.checkHost(headers, minorVersion: line.minorVersion)
    if let authority = line.target.authority { self.headers["Host"] = authority }
    framing = try BodyFraming(headers: headers, minorVersion: line.minorVersion, bodyLimit: bodyLimit)
    expectsContinue = try Self.expectation(headers) && line.minorVersion == 1 && framing != .none
    let options = headers.list("Connection")
    if options.contains("close") {
      keepsAlive = false
    } else {
      keepsAlive = line.minorVersion == 1 || options.contains("keep-alive")
    }
  }

  /// RFC 9112 section 3.2: exactly one in HTTP/1.1, at most one before, and a plausible one.
  private static func checkHost(_ headers: HTTPHeaders, minorVersion: Int) throws(RequestError) {
    let hosts = headers.values("Host")
    guard hosts.count <= 1 else { throw .badRequest("\(hosts.count) Host fields, expected one") }
    guard let host = hosts.first else {
      guard minorVersion == 0 else { throw .badRequest("no Host field, HTTP/1.1 requires one") }
      return
    }
    guard HostAndPort.isValid(Array(host.utf8)[...]) else { throw .badRequest("the Host field is no host") }
  }

  /// RFC 9110 section 10.1.1: whether `100-continue` is expected; anything else can not be met.
  private static func expectation(_ headers: HTTPHeaders) throws(RequestError) -> Bool {
    let expectations = headers.list("Expect")
    guard expectations.allSatisfy({ $0 == "100-continue" }) else {
      throw RequestError(417, "unknown expectation, only 100-continue is known")
    }
    return !expectations.isEmpty
  }
}
