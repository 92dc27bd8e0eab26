import Testing

@testable import HTTP

struct RouterTests {
  private let router: Router<String> = {
    var router = Router<String>()
    for (method, path) in [("GET", "/a"), ("POST", "/a"), ("POST", "/b"), ("GET", "/files/*"), ("GET", "/files/x/*")] {
      router.add(method, path, "\(method) \(path)")
    }
    return router
  }()

  /// The action that a request finds, or the word for another outcome.
  private func outcome(_ method: String, _ path: String) -> String {
    switch router.match(method, path).match {
    case .found(let action): action
    case .unknownPath: "unknown path"
    case .unknownMethod(let allowed): "only \(allowed)"
    case .options(let allowed): "options \(allowed)"
    }
  }

  @Test func actionsAreFoundByMethodAndPath() {
    #expect(outcome("GET", "/a") == "GET /a")
    #expect(outcome("HEAD", "/a") == "GET /a")
    #expect(outcome("POST", "/b") == "POST /b")
    #expect(outcome("GET", "/files/") == "GET /files/*")
    #expect(outcome("GET", "/files/one/two") == "GET /files/*")
    #expect(outcome("GET", "/files/x") == "GET /files/*")
    #expect(outcome("GET", "/files/x/y") == "GET /files/x/*")
  }

  @Test(arguments: ["/", "/c", "/a/", "/A", "/files", "//a"])
  func otherPathsAreUnknown(path: String) {
    #expect(outcome("GET", path) == "unknown path")
    #expect(router.match("GET", path).pattern == nil)
  }

  @Test func otherMethodsAreUnknown() {
    #expect(outcome("DELETE", "/a") == "only GET, HEAD, OPTIONS, POST")
    #expect(outcome("HEAD", "/b") == "only OPTIONS, POST")
    #expect(outcome("GET", "/b") == "only OPTIONS, POST")
  }

  @Test func optionsNameTheMethods() {
    #expect(outcome("OPTIONS", "/b") == "options OPTIONS, POST")
    #expect(outcome("OPTIONS", "*") == "options GET, HEAD, OPTIONS, POST")
  }

  @Test(arguments: [
    ("GET", "/a", "/a"), ("PUT", "/a", "/a"), ("OPTIONS", "/b", "/b"), ("GET", "/files/x/y", "/files/x/*"),
  ])
  func matchesNameThePattern(method: String, path: String, pattern: String) {
    #expect(router.match(method, path).pattern == pattern)
  }

  /// A path of many slashes once cost a dictionary look-up of all bytes before each of them.
  @Test func lookUpReadsOnlyAsManyBytesAsThePatternsHave() {
    let path = CountedBytes(Array("/files/x".utf8) + [UInt8](repeating: UInt8(ascii: "/"), count: 16_000))
    #expect(router.folder(of: path) == 3)
    let slashes = CountedBytes([UInt8](repeating: UInt8(ascii: "/"), count: 16_000))
    #expect(router.folder(of: slashes) == nil)
    let readable = ["/files/x/", "/files/"].reduce(0) { $0 + $1.utf8.count + 1 }
    #expect(path.readCount + slashes.readCount <= 2 * readable)
  }
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
