import API
import Testing

struct RateLimiterTests {
  @Test func limitAllowsABurstThenAnEvenRate() throws {
    let limiter = RateLimiter<String>()
    for _ in 0..<30 { #expect(limiter.take("a", perMinute: 30, now: 100) == nil) }
    #expect(limiter.take("a", perMinute: 30, now: 100) == 2)
    #expect(limiter.take("a", perMinute: 30, now: 101.5) == 0.5)
    #expect(limiter.take("a", perMinute: 30, now: 102) == nil)
    #expect(limiter.take("a", perMinute: 30, now: 102) == 2)
    for _ in 0..<30 { #expect(limiter.take("a", perMinute: 30, now: 1000) == nil) }
    #expect(limiter.take("a", perMinute: 30, now: 1000) != nil)
  }

  @Test func clientsDoNotShareALimit() {
    let limiter = RateLimiter<String>()
    #expect(limiter.take("a", perMinute: 1, now: 0) == nil)
    #expect(limiter.take("a", perMinute: 1, now: 0) == 60)
    #expect(limiter.take("b", perMinute: 1, now: 0) == nil)
  }

  @Test func askingForTheWaitCountsNothing() {
    let limiter = RateLimiter<String>()
    for _ in 0..<2 { #expect(limiter.wait(of: "a", perMinute: 1, now: 0) == nil) }
    #expect(limiter.take("a", perMinute: 1, now: 0) == nil)
    #expect(limiter.wait(of: "a", perMinute: 1, now: 30) == 30)
    #expect(limiter.wait(of: "a", perMinute: 1, now: 60) == nil)
  }

  @Test func lowerLimitAppliesAtOnce() {
    let limiter = RateLimiter<String>()
    #expect(limiter.take("a", perMinute: 100, now: 0) == nil)
    #expect(limiter.take("a", perMinute: 1, now: 0) == nil)
    #expect(limiter.take("a", perMinute: 1, now: 0) != nil)
  }

  @Test func floodOfClientsNeitherTakesMemoryNorResetsABusyClient() {
    let limiter = RateLimiter<Int>(capacity: 100)
    for client in 0..<100_000 {
      _ = limiter.take(client, perMinute: 1, now: 0)
      if client % 50 == 0 { #expect((limiter.take(-1, perMinute: 1, now: 0) == nil) == (client == 0)) }
      #expect(limiter.count <= 200)
    }
  }
}
