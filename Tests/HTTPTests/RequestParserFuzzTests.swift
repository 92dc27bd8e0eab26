import HTTP
import Testing

/// Damaged requests, split at random: no trap, the same events for any split, and at most one line held.
struct RequestParserFuzzTests {
  private static let seeds = 8

  private let limits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.requestLineBytes = 64
    limits.headerBytes = 128
    limits.headerCount = 6
    limits.bodyBytes = 64
    limits.chunkLineBytes = 32
    limits.chunkExtensionBytes = 48
    return limits
  }()

  @Test(arguments: 0..<UInt64(seeds))
  func eventsDoNotDependOnTheSplit(_ seed: UInt64) {
    var inputs = MutatedRequests(seed: seed)
    let count = MutatedRequests.count(usual: 20_000) / Self.seeds
    var refused = 0
    var read = 0
    for _ in 0..<count {
      let bytes = inputs.next()
      let whole = ParsedRequests(bytes, limits: limits)
      let most = Int.random(in: 1...20, using: &inputs.random)
      let cut = ParsedRequests(bytes, limits: limits) { Int.random(in: 1...most, using: &inputs.random) }
      if cut != whole { Issue.record("cut: \(String(decoding: bytes, as: UTF8.self).debugDescription)") }
      if max(cut.mostBuffered, whole.mostBuffered) > limits.headerBytes + 1 {
        Issue.record("\(whole.mostBuffered) bytes kept: \(String(decoding: bytes, as: UTF8.self).debugDescription)")
      }
      refused += whole.failure == nil ? 0 : 1
      read += whole.requests.contains { $0.isWhole } ? 1 : 0
    }
    // The damage must leave some requests sound and break others, or the run says nothing.
    #expect(refused > count / 10)
    #expect(read > count / 10)
  }
}
