/// A request without its body, checked against RFC 9112.
package struct RequestHead: Sendable, Equatable {
  package var method: String
  package var target: RequestTarget
  /// 0 or 1: the y of HTTP/1.y.
  package var minorVersion: Int
  package var headers: HTTPHeaders
  package var framing: BodyFraming
  /// Whether the client waits for `100 Continue` before it sends the body.
  package var expectsContinue: Bool
  /// Whether the client can send a further request on this connection.
  package var keepsAlive: Bool

  /// Checks the fields that concern the whole head: `Host`, lengths and codings, `Expect`, `Connection`.
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

  /// Checks that there is exactly one valid host in HTTP/1.1, and at most one in HTTP/1.0 (RFC 9112 section 3.2).
  private static func checkHost(_ headers: HTTPHeaders, minorVersion: Int) throws(RequestError) {
    let hosts = headers.values("Host")
    guard hosts.count <= 1 else { throw .badRequest("\(hosts.count) Host fields, expected one") }
    guard let host = hosts.first else {
      guard minorVersion == 0 else { throw .badRequest("no Host field, HTTP/1.1 requires one") }
      return
    }
    guard HostAndPort.isValid(Array(host.utf8)[...]) else { throw .badRequest("the Host field is not a host") }
  }

  /// Whether `100-continue` is expected; other expectations cannot be met (RFC 9110 section 10.1.1).
  private static func expectation(_ headers: HTTPHeaders) throws(RequestError) -> Bool {
    let expectations = headers.list("Expect")
    guard expectations.allSatisfy({ $0 == "100-continue" }) else {
      throw RequestError(417, "unknown expectation, only 100-continue is known")
    }
    return !expectations.isEmpty
  }
}

// MARK: - Request line

/// `method SP request-target SP HTTP-version` (RFC 9112 section 3).
struct RequestLine {
  var method: String
  var target: RequestTarget
  /// 0 or 1: the y of HTTP/1.y.
  var minorVersion: Int

  /// The methods of RFC 9110 section 9.3 and PATCH (RFC 5789).
  ///
  /// CONNECT is left out because the server is not a proxy, and TRACE because it would show a page fields that its browser
  /// hides. Other words are more likely the rest of a body that was misread.
  private static let methods: Set = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

  /// Parses a line without its line end; single spaces only.
  init(_ line: ArraySlice<UInt8>) throws(RequestError) {
    guard let first = line.firstIndex(of: .space),
      let second = line[(first + 1)...].firstIndex(of: .space)
    else { throw .badRequest("malformed request line, expected method, target and version") }
    let name = line[..<first]
    guard !name.isEmpty, name.allSatisfy(\.isTokenByte) else { throw .badRequest("malformed method") }
    minorVersion = try Self.minorVersion(line[(second + 1)...])
    method = String(decoding: name, as: UTF8.self)
    guard Self.methods.contains(method) else {
      throw RequestError(501, "unknown method, expected one of \(Self.methods.sorted().joined(separator: ", "))")
    }
    target = try RequestTarget(line[(first + 1)..<second], method: method)
  }

  /// Parses the version. A minor version above 1 is refused, although RFC 9110 section 2.5 reads it as 1: no client uses
  /// one, and readers in front of this server disagree.
  private static func minorVersion(_ bytes: ArraySlice<UInt8>) throws(RequestError) -> Int {
    let version = Array(bytes)
    guard version.count == 8, version.starts(with: "HTTP/".utf8), version[5].isDigit, version[6] == 0x2E,
      version[7].isDigit
    else { throw .badRequest("malformed HTTP version") }
    guard version[5] == 0x31, version[7] <= 0x31 else {
      throw RequestError(505, "unsupported HTTP version, expected HTTP/1.1 or HTTP/1.0")
    }
    return Int(version[7] - 0x30)
  }
}

/// The target of a request (RFC 9112 section 3.2): origin-form, absolute-form, or `*` for OPTIONS.
package struct RequestTarget: Sendable, Equatable {
  /// The path, percent-decoded, without the query; begins with `/`, or is `*`.
  package var path: String
  /// The pairs of the query, decoded as a form.
  package var query: [(name: String, value: String)]
  /// Host and port of an absolute-form target, which take precedence over the `Host` field.
  package var authority: String?

  package static func == (a: RequestTarget, b: RequestTarget) -> Bool {
    a.path == b.path && a.authority == b.authority && a.query.elementsEqual(b.query, by: ==)
  }

  init(_ target: ArraySlice<UInt8>, method: String) throws(RequestError) {
    guard !target.isEmpty, target.allSatisfy({ $0.isVisible && $0 != UInt8(ascii: "#") }) else {
      throw .badRequest("the request target must be visible ASCII without a fragment; encode other bytes as %XX")
    }
    if target.first == UInt8(ascii: "/") {
      try self.init(origin: target, authority: nil)
    } else if target.elementsEqual("*".utf8) {
      guard method == "OPTIONS" else { throw .badRequest("the target * is for OPTIONS only") }
      self.init(path: "*", query: [], authority: nil)
    } else {
      try self.init(absolute: target, method: method)
    }
  }

  private init(absolute target: ArraySlice<UInt8>, method: String) throws(RequestError) {
    let lower = target.prefix(8).map(\.lowercasedASCII)
    let schemes = ["http://", "https://"]
    guard let scheme = schemes.first(where: { lower.starts(with: $0.utf8) }) else {
      throw .badRequest("malformed request target, expected a path that begins with /")
    }
    let rest = target.dropFirst(scheme.utf8.count)
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.isEmpty, HostAndPort.isValid(authority) else {
      throw .badRequest("malformed host in the request target")
    }
    let host = String(decoding: authority, as: UTF8.self)
    if method == "OPTIONS", end == rest.endIndex {
      // OPTIONS * on its way through proxies (RFC 9112 section 3.2.4).
      self.init(path: "*", query: [], authority: host)
    } else {
      try self.init(origin: rest[end...], authority: host)
    }
  }

  private init(origin target: ArraySlice<UInt8>, authority: String?) throws(RequestError) {
    let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
    guard let path = PercentCoding.decode(target[..<mark], plusIsSpace: false), !path.utf8.contains(0) else {
      throw .badRequest("malformed percent encoding in the path, expected %XX of UTF-8")
    }
    let query: [(name: String, value: String)]
    do throws(FormError) {
      query = try FormURLEncoded.decode(target[mark...].dropFirst(), maximumFields: .max)
    } catch {
      throw .badRequest("malformed query: \(error.message)")
    }
    self.init(path: path.isEmpty ? "/" : path, query: query, authority: authority)
  }

  private init(path: String, query: [(name: String, value: String)], authority: String?) {
    self.path = path
    self.query = query
    self.authority = authority
  }
}

// MARK: - Body

/// The way in which the end of a request's body is found (RFC 9112 section 6).
///
/// Every doubtful case is refused: two readers that disagree about a body's end can be made to see different requests
/// (request smuggling).
package enum BodyFraming: Sendable, Equatable {
  case none
  /// Bytes of the body.
  case length(Int)
  case chunked

  init(headers: HTTPHeaders, minorVersion: Int, bodyLimit: Int) throws(RequestError) {
    let lengths = headers.values("Content-Length")
    let codings = headers.list("Transfer-Encoding")
    if !codings.isEmpty {
      guard lengths.isEmpty else { throw .badRequest("both Content-Length and Transfer-Encoding") }
      guard minorVersion == 1 else { throw .badRequest("Transfer-Encoding in HTTP/1.0") }
      try Self.checkCodings(codings)
      self = .chunked
    } else if let length = lengths.first {
      guard lengths.count == 1 else { throw .badRequest("\(lengths.count) Content-Length fields, expected one") }
      self = .length(try Self.length(length, limit: bodyLimit))
    } else {
      self = .none
    }
  }

  private static func checkCodings(_ codings: [String]) throws(RequestError) {
    if codings == ["chunked"] { return }
    let chunked = codings.filter { $0 == "chunked" }.count
    guard !codings.contains(""), chunked == 0 || chunked == 1 && codings.last == "chunked" else {
      throw .badRequest("malformed Transfer-Encoding, expected chunked")
    }
    throw RequestError(501, "unknown transfer coding, only chunked is known")
  }

  /// Parses digits: no sign, no list, no inner space.
  private static func length(_ text: String, limit: Int) throws(RequestError) -> Int {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
      throw .badRequest("malformed Content-Length, expected digits")
    }
    guard let value = Int(text), value <= limit else {
      throw RequestError(413, "the body is longer than \(limit) bytes")
    }
    return value
  }
}
