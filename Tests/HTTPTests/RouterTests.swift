import Foundation
import Testing

@testable import HTTP

struct RouterTests {
  private func router() -> Router {
    var router = Router { status, message in HTTPResponse(status: status, body: Array(message.utf8)) }
    for (method, path) in [("GET", "/a"), ("POST", "/a"), ("POST", "/b"), ("GET", "/files/*"), ("GET", "/files/x/*")] {
      router.add(method, path) { _, exchange in
        exchange.respond(HTTPResponse(status: 200, body: Array("\(method) \(path)".utf8)))
      }
    }
    return router
  }

  private func answer(_ method: String, _ path: String) throws -> HTTPResponse {
    let exchange = RecordingExchange()
    let request = HTTPRequest(method: method, path: path, query: [], headers: [:], body: [])
    router().handle(request, exchange)
    return try #require(exchange.response)
  }

  private func text(_ method: String, _ path: String) throws -> String {
    String(decoding: try answer(method, path).body, as: UTF8.self)
  }

  @Test func findsHandlers() throws {
    #expect(try text("GET", "/a") == "GET /a")
    #expect(try text("HEAD", "/a") == "GET /a")
    #expect(try text("POST", "/b") == "POST /b")
    #expect(try text("GET", "/files/one/two") == "GET /files/*")
    #expect(try text("GET", "/files/x/y") == "GET /files/x/*")
  }

  /// A path of many slashes once cost a dictionary look-up of all bytes before each of them.
  @Test func routeLookUpReadsOnlyAsManyBytesAsTheFoldersHave() {
    let folders = ["/files/x/", "/files/"]
    let path = CountedBytes(Array("/files/x".utf8) + [UInt8](repeating: UInt8(ascii: "/"), count: 16_000))
    #expect(Router.folder(of: path, among: folders) == "/files/x/")
    let slashes = CountedBytes([UInt8](repeating: UInt8(ascii: "/"), count: 16_000))
    #expect(Router.folder(of: slashes, among: folders) == nil)
    #expect(path.readCount + slashes.readCount <= 2 * folders.reduce(0) { $0 + $1.utf8.count + 1 })
  }

  @Test(arguments: ["/", "/c", "/a/", "/A", "/files", "//a"])
  func unknownPathsAreNotFound(path: String) throws {
    #expect(try answer("GET", path).status == 404)
  }

  @Test func unknownMethodsAreRefused() throws {
    let response = try answer("DELETE", "/a")
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
    #expect(try answer("HEAD", "/b").status == 405)
    #expect(try answer("GET", "/b").headers["Allow"] == "OPTIONS, POST")
  }

  @Test func optionsListsTheMethods() throws {
    let response = try answer("OPTIONS", "/b")
    #expect(response.status == 204)
    #expect(response.headers["Allow"] == "OPTIONS, POST")
    #expect(try answer("OPTIONS", "*").headers["Allow"] == "GET, HEAD, OPTIONS, POST")
  }
}

/// An exchange that records the response.
///
/// `@unchecked Sendable`: touched under `lock` only.
private final class RecordingExchange: HTTPExchange, @unchecked Sendable {
  private let lock = NSLock()
  private var stored: HTTPResponse?

  var response: HTTPResponse? { lock.withLock { stored } }

  func respond(_ response: HTTPResponse) { lock.withLock { stored = stored ?? response } }

  func begin(status: Int, headers: HTTPHeaders, filler: [UInt8]) -> (any HTTPResponseStream)? { nil }

  var isAbandoned: Bool { false }

  func onDisconnect(_ action: @escaping @Sendable () -> Void) {}
}

/// Bytes that count how many of them were read.
private final class CountedBytes: Sequence {
  private let bytes: [UInt8]
  private(set) var readCount = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func makeIterator() -> AnyIterator<UInt8> {
    var iterator = bytes.makeIterator()
    return AnyIterator {
      self.readCount += 1
      return iterator.next()
    }
  }
}
