import Testing

@testable import HTTP

struct GatheringPauseTests {
  @Test func fewAreLookedAtAtOnce() {
    for count in 0..<GatheringPause.crowd { #expect(GatheringPause.seconds(underWay: count) == nil) }
  }

  @Test func theMoreThereAreTheSeldomerUpToALimit() {
    let pauses = (GatheringPause.crowd..<5_000).map { GatheringPause.seconds(underWay: $0) ?? 0 }
    #expect(pauses.allSatisfy { $0 > 0 && $0 <= 0.005 })
    #expect(pauses == pauses.sorted())
  }
}
