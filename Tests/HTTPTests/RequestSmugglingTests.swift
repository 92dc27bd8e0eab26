import HTTP
import Testing

/// Requests that two readers might end or route differently, and nonsense. All must be refused.
struct RequestSmugglingTests {
  private static let line = "POST / HTTP/1.1\r\n"
  private static let start = "POST / HTTP/1.1\r\nHost: a\r\n"
  private static let chunked = start + "Transfer-Encoding: chunked\r\n\r\n"

  private static let lengths: [(String, Int)] = [
    ("Content-Length: 3\r\nContent-Length: 4\r\n", 400),
    ("Content-Length: 3\r\nContent-Length: 3\r\n", 400),
    ("Content-Length: 3, 3\r\n", 400),
    ("Content-Length: +3\r\n", 400),
    ("Content-Length: -3\r\n", 400),
    ("Content-Length: 0x3\r\n", 400),
    ("Content-Length: 3 3\r\n", 400),
    ("Content-Length: 3.0\r\n", 400),
    ("Content-Length: ٣\r\n", 400),
    ("Content-Length: 3;\r\n", 400),
    ("Content-Length: \"3\"\r\n", 400),
    ("Content-Length : 3\r\n", 400),
    ("Content-Length:\r\n 3\r\n", 400),
    ("Content-Length:\r\n", 400),
    ("Content-Length: \u{0B}3\r\n", 400),
    ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400),
    ("Transfer-Encoding: chunked\r\ncontent-length: 3\r\n", 400),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
    ("Transfer-Encoding: chunked, chunked\r\n", 400),
    ("Transfer-Encoding: chunked, identity\r\n", 400),
    ("Transfer-Encoding: chunked,\r\n", 400),
    ("Transfer-Encoding:\r\n", 400),
    ("Transfer-Encoding: \u{0B}chunked\r\n", 400),
    ("Transfer-Encoding: identity\r\n", 501),
    ("Transfer-Encoding: chun\u{212A}ed\r\n", 501),  // The Kelvin sign, a K to Unicode.
    ("Transfer-Encoding: gzip, chunked\r\n", 501),
    ("Transfer-Encoding: xchunked\r\n", 501),
    ("Transfer-Encoding: \"chunked\"\r\n", 501),
    ("Transfer-Encoding: chunked;a=b\r\n", 501),
  ]

  private static let lines: [(String, Int)] = [
    ("X : y\r\n", 400), ("X\t: y\r\n", 400), (" X: y\r\n", 400), ("X: y\r\n z\r\n", 400), ("X: y\r\n\tz\r\n", 400),
    (": y\r\n", 400), ("X\r\n", 400), ("X Y: z\r\n", 400), ("Xé: z\r\n", 400), ("X: y\nZ: a\r\n", 400),
    ("X: y\rZ: a\r\n", 400), ("X: y\r\r\n", 400), ("X: \u{0}\r\n", 400), ("X: \u{7F}\r\n", 400), ("X: y\n", 400),
    ("X(: y\r\n", 400), ("Host: b\r\n", 400), ("Expect: 200-ok\r\n", 417),
    ("Expect: 100-continue, x\r\n", 417),
  ]

  private static let chunks: [(String, Int)] = [
    ("\r\n", 400), ("g\r\n", 400), ("+1\r\n", 400), ("-1\r\n", 400), ("0x1\r\n", 400), (" 1\r\n", 400), ("1 \r\n", 400),
    ("1\n", 400), ("1\r", 0), ("1;\r\n", 400), ("1;a b\r\n", 400), ("1;a=\r\n", 400), ("1;a=\"b\r\n", 400),
    ("1;a\rb\r\n", 400), ("1; a=b\r\n", 400), ("1;a=\"\u{1}\"\r\n", 400), ("1\r\nab\r\n", 400), ("1\r\na\n", 400),
    ("1\r\na\r\r\n", 400), ("2\r\na\r\n0\r\n\r\n", 400), ("1\r\na0\r\n\r\n", 400), ("0\r\nX : y\r\n\r\n", 400),
    ("0\r\nContent-Length: 5\r\n\r\n", 400), ("0\r\nTransfer-encoding: chunked\r\n\r\n", 400),
    ("0\r\nHost: b\r\n\r\n", 400),
    ("00000000000000001\r\n", 400), ("1_\r\n", 400), ("1\t;a\r\n", 400), ("0\r\n x\r\n\r\n", 400),
    ("0\r\nX: y\n\r\n", 400), ("0\n\n", 400),
  ]

  private static let requestLines: [(String, Int)] = [
    ("GET /\r\n", 400), ("GET\r\n", 400), (" GET / HTTP/1.1\r\n", 400), ("GET  / HTTP/1.1\r\n", 400),
    ("GET /  HTTP/1.1\r\n", 400), ("GET / HTTP/1.1 \r\n", 400), ("GET\t/\tHTTP/1.1\r\n", 400),
    ("GET / x HTTP/1.1\r\n", 400), ("G@T / HTTP/1.1\r\n", 400), ("GET / http/1.1\r\n", 400),
    ("GET / HTTP/1.10\r\n", 400), ("GET / HTTP/11\r\n", 400), ("GET / HTTP/+1.1\r\n", 400),
    ("GET / HTTP/1.2\r\n", 505), ("GET / HTTP/2.0\r\n", 505), ("PRI * HTTP/2.0\r\n", 505), ("GET / HTTP/0.9\r\n", 505),
    ("GET / HTTP/1.1\n", 400), ("GET /\r HTTP/1.1\r\n", 400), ("GET /é HTTP/1.1\r\n", 400),
    ("GET /#a HTTP/1.1\r\n", 400), ("GET a HTTP/1.1\r\n", 400), ("GET * HTTP/1.1\r\n", 400),
    ("GET ftp://a/ HTTP/1.1\r\n", 400), ("GET http:///a HTTP/1.1\r\n", 400), ("GET http://u@a/ HTTP/1.1\r\n", 400),
    ("CONNECT a:80 HTTP/1.1\r\n", 501), ("TRACE / HTTP/1.1\r\n", 501),
    ("get / HTTP/1.1\r\n", 501), ("XGET / HTTP/1.1\r\n", 501), ("0 / HTTP/1.1\r\n", 501),
    ("GET a:80 HTTP/1.1\r\n", 400), ("OPTIONS a:80 HTTP/1.1\r\n", 400), ("GET http://a:b/ HTTP/1.1\r\n", 400),
    ("GET /%zz HTTP/1.1\r\n", 400), ("GET /%2 HTTP/1.1\r\n", 400),
    ("GET /%00 HTTP/1.1\r\n", 400), ("GET /%ff HTTP/1.1\r\n", 400), ("GET /?q=%ff HTTP/1.1\r\n", 400),
    ("GET /\u{7F} HTTP/1.1\r\n", 400), ("\u{16}\u{3}\u{1}", 400), ("\n", 400), ("\r\n\r\n", 400), ("\rGET", 400),
  ]

  private func expectRefusal(_ text: String, _ status: Int) {
    let bytes = Array(text.utf8)
    let whole = ParsedRequests(bytes)
    // 0: neither refused nor complete.
    #expect(whole.failure?.status ?? 0 == status, "\(text.debugDescription)")
    #expect(whole.requests.allSatisfy { !$0.isWhole }, "\(text.debugDescription)")
    #expect(ParsedRequests(bytes, nextSize: { 1 }) == whole, "\(text.debugDescription)")
  }

  @Test func badLengthsAndCodingsAreRefused() {
    for (header, status) in Self.lengths { expectRefusal(Self.start + header + "\r\nabc", status) }
    expectRefusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400)
  }

  @Test func badHeaderLinesAreRefused() {
    for (header, status) in Self.lines { expectRefusal(Self.start + header + "\r\n", status) }
  }

  @Test func badChunksAreRefused() {
    for (body, status) in Self.chunks { expectRefusal(Self.chunked + body, status) }
  }

  @Test func badRequestLinesAreRefused() {
    for (line, status) in Self.requestLines { expectRefusal(line + "Host: a\r\n\r\n", status) }
  }

  @Test(arguments: Array(0..<0x20) + [0x7F] as [UInt8])
  func controlBytesAreRefused(_ byte: UInt8) {
    let places = [
      "G{}T / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1{}\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a{}b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX{}Y: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: b{}c\r\n\r\n",
    ]
    for place in places where byte != 0x09 || !place.contains("b{}c") {
      expectRefusal(place.replacing("{}", with: String(UnicodeScalar(byte))), 400)
    }
  }

  @Test func badHostsAreRefused() {
    expectRefusal(Self.line + "\r\n", 400)
    for host in [
      "a b", "a,b", "a/b", "u@a", "a?b", "a#b", "é", "a\\b", "a:b", "a:80:80", ":80", "::1", "[::1", "[]", "[x]",
      "[::1]x", "a]", "%zz", "a\tb",
    ] {
      expectRefusal(Self.line + "Host: \(host)\r\n\r\n", 400)
    }
    expectRefusal("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400)
    for host in ["[::1]:80", "[::ffff:192.0.2.1]", "a:", "a_b.example:80", "%41", "192.0.2.1", ""] {
      #expect(ParsedRequests(Self.line + "Host: \(host)\r\n\r\n").requests.count == 1, "\(host)")
    }
  }

  /// The body belongs to the first request and is never read as a second one.
  @Test func bodyIsNotReadAsARequest() throws {
    let inner = SampleRequests.get
    let parsed = ParsedRequests(Self.start + "Content-Length: \(inner.utf8.count)\r\n\r\n" + inner)
    #expect(parsed.requests.count == 1)
    #expect(try #require(parsed.requests.first).body == Array(inner.utf8))
  }
}
