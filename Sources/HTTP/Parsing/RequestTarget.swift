/// What a request is about, RFC 9112 section 3.2: origin-form, absolute-form, or `*` for OPTIONS.
package struct RequestTarget: Sendable, Equatable {
  /// Percent-decoded, without the query; begins with `/`, or is `*`.
  package var path: String
  /// The pairs of the query, decoded as a form.
  package var query: [(name: String, value: String)]
  /// Host and port of an absolute-form target, which stand above the `Host` field.
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
      // RFC 9112 section 3.2.4: how OPTIONS * looks on its way through proxies.
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
