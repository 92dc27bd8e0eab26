import Foundation
import Testing
import Translation

/// Which thread puts a translation together.
@Suite struct ServiceThreadsTests {
  /// Takes blocks, or refuses them, and counts those that it took.
  ///
  /// `@unchecked Sendable`: `number` is only touched under `lock`.
  private final class Host: @unchecked Sendable {
    private let lock = NSLock()
    private var number = 0
    private let queue = DispatchQueue(label: "host")
    private let isThere: Bool

    init(isThere: Bool) { self.isThere = isThere }

    var taken: Int { lock.withLock { number } }

    func take(_ block: @escaping @Sendable () -> Void) -> Bool {
      guard isThere else { return false }
      lock.withLock { number += 1 }
      queue.async(execute: block)
      return true
    }
  }

  private func taken(isThere: Bool = true, _ request: TranslationRequest) throws -> (text: String, by: Int) {
    let host = Host(isThere: isThere)
    let test = try TestService(threads: ServiceThreads(runOnEventLoop: host.take))
    return (try test.translate(request).get()[0].text, host.taken)
  }

  private func request(_ text: String) -> TranslationRequest {
    TranslationRequest(texts: [text], source: "en", target: "fr")
  }

  @Test func hostThreadTakesShortTexts() throws {
    #expect(try taken(request("one")) == ("ONE", 1))
    #expect(try taken(request("")) == ("", 1))
  }

  @Test func hostThreadIsSparedLongWork() throws {
    let long = String(repeating: "a", count: 150) + "."
    let text = Array(repeating: long, count: 20).joined(separator: " ")
    #expect(try taken(request(text)) == (text.uppercased(), 0))
    let many = TranslationRequest(texts: Array(repeating: "", count: 100), source: "en", target: "fr")
    #expect(try taken(many) == ("", 0))
    var explained = request("one")
    explained.explain = [.tokens]
    #expect(try taken(explained) == ("ONE", 0))
    var varied = request("one")
    varied.alternatives = 1
    #expect(try taken(varied) == ("ONE", 0))
  }

  @Test func otherThreadsWorkWithoutAHost() throws {
    #expect(try taken(isThere: false, request("one")) == ("ONE", 0))
  }
}
