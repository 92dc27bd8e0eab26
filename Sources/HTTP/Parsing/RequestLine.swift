/// `method SP request-target SP HTTP-version`, RFC 9112 section 3.
struct RequestLine {
  var method: String
  var target: RequestTarget
  /// 0 or 1: the y of HTTP/1.y.
  var minorVersion: Int

  /// The methods of RFC 9110 section 9.3 and PATCH (RFC 5789), but for CONNECT, as this is no proxy, and TRACE, which
  /// would show a page what its browser keeps from it. Whatever else stands there is more likely the rest of a body
  /// that was misread.
  private static let methods: Set = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]

  /// Takes the line without its line end; single spaces only.
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

  /// A minor version above 1 is refused, although RFC 9110 section 2.5 would have it read as 1: nobody speaks one, and
  /// readers in front of this one disagree.
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
