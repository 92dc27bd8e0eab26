import HTTP
import Testing

/// Mutated requests, cut at random: no trap, and the same events whatever the cut.
struct RequestParserFuzzTests {
  @Test(arguments: 0..<8)
  func mutatedRequests(_ seed: UInt64) {
    var random = SeededRandom(seed)
    var limits = HTTPLimits()
    limits.requestLineBytes = 64
    limits.headerBytes = 128
    limits.bodyBytes = 64
    var refused = 0
    var read = 0
    for _ in 0..<2500 {
      let bytes = Self.mutated(&random)
      let whole = ParsedRequests(bytes, limits: limits)
      let most = Int.random(in: 1...20, using: &random)
      let cut = ParsedRequests(bytes, limits: limits, nextSize: { Int.random(in: 1...most, using: &random) })
      #expect(cut == whole, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
      refused += whole.failure == nil ? 0 : 1
      read += whole.requests.contains { $0.isWhole } ? 1 : 0
    }
    // The mutations must leave some requests sound and break others, or the run says nothing.
    #expect(refused > 250)
    #expect(read > 250)
  }

  private static let fragments = [
    "\r\n", "\n", "\r", " ", "\t", ":", ";", ",", "0", "1\r\n", "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Host: b\r\n", "\r\n\r\n", "%", "\u{0}", "é", "ffffffffffffffff", "Expect: 100-continue\r\n", "HTTP/1.0", "\"", "*",
  ].map { Array($0.utf8) }

  private static func mutated(_ random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      bytes += Array((SampleRequests.all.randomElement(using: &random) ?? "").utf8)
    }
    for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: at)
      case 2: bytes.insert(contentsOf: fragments.randomElement(using: &random) ?? [], at: at)
      case 3: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...30, using: &random)))
      default:
        let end = min(bytes.count, at + Int.random(in: 1...30, using: &random))
        bytes.insert(contentsOf: bytes[at..<end], at: at)
      }
    }
    return bytes
  }
}
