import HTTP
import Testing

struct RequestLimitsTests {
  private var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.requestLineBytes = 40
    limits.headerBytes = 60
    limits.headerCount = 4
    limits.bodyBytes = 10
    limits.chunkLineBytes = 20
    limits.chunkExtensionBytes = 30
    return limits
  }

  private func status(_ text: String) -> Int? {
    let whole = ParsedRequests(text, limits: limits)
    let bytewise = ParsedRequests(Array(text.utf8), limits: limits, nextSize: { 1 })
    #expect(whole == bytewise)
    return whole.failure?.status
  }

  @Test func requestLineIsBounded() {
    let fits = "GET /" + String(repeating: "a", count: 26) + " HTTP/1.0"
    #expect(fits.utf8.count == 40)
    #expect(status(fits + "\r\n\r\n") == nil)
    #expect(status(fits.replacing("/a", with: "/aa") + "\r\n\r\n") == 414)
    #expect(status(String(repeating: "a", count: 42)) == 414)
  }

  @Test func headerFieldsAreBounded() {
    let line = "GET / HTTP/1.0\r\n"
    #expect(status(line + "A: " + String(repeating: "b", count: 55) + "\r\n\r\n") == nil)
    #expect(status(line + "A: " + String(repeating: "b", count: 58) + "\r\n\r\n") == 431)
    #expect(status(line + String(repeating: "A: b\r\n", count: 4) + "\r\n") == nil)
    #expect(status(line + String(repeating: "A: b\r\n", count: 5) + "\r\n") == 431)
    #expect(status(line + String(repeating: "b", count: 70)) == 431)
  }

  @Test func messageNamesTheWholeLimit() {
    let text = "GET / HTTP/1.0\r\nA: b\r\nA: " + String(repeating: "b", count: 60) + "\r\n\r\n"
    let failure = ParsedRequests(Array(text.utf8), limits: limits).failure
    #expect(failure?.message.hasSuffix("at most \(limits.headerBytes) bytes") == true)
  }

  @Test func trailerFieldsAreBounded() {
    let start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    #expect(status(start + String(repeating: "A: b\r\n", count: 4) + "\r\n") == nil)
    #expect(status(start + String(repeating: "A: b\r\n", count: 5) + "\r\n") == 431)
    #expect(status(start + "A: " + String(repeating: "b", count: 60) + "\r\n\r\n") == 431)
    #expect(status(start + "A b\r\n\r\n") == 400)
  }

  @Test func bodyIsBounded() {
    let start = "POST / HTTP/1.1\r\nHost: a\r\n"
    #expect(status(start + "Content-Length: 10\r\n\r\n0123456789") == nil)
    #expect(status(start + "Content-Length: 11\r\n\r\n") == 413)
    #expect(status(start + "Content-Length: 99999999999999999999999999\r\n\r\n") == 413)
    let chunked = start + "Transfer-Encoding: chunked\r\n\r\n"
    #expect(status(chunked + "5\r\n01234\r\n5\r\n01234\r\n0\r\n\r\n") == nil)
    #expect(status(chunked + "5\r\n01234\r\n6\r\n") == 413)
    #expect(status(chunked + "7fffffffffffffff\r\n") == 413)
    #expect(status(chunked + "ffffffffffffffff\r\n") == 400)
    #expect(status(chunked + "10000000000000000\r\n") == 400)
  }

  @Test func chunkExtensionsAreBounded() {
    let start = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    #expect(status(start + "1;aaaaaaaaa\r\n0\r\n1;aaaaaaaaa\r\n0\r\n1;aaaaaaaaa\r\n0\r\n0\r\n\r\n") == nil)
    #expect(status(start + String(repeating: "1;aaaaaaaaa\r\n0\r\n", count: 4)) == 400)
    #expect(status(start + "1;" + String(repeating: "a", count: 20)) == 400)
  }
}
