import Models
import Testing

struct HeadroomTests {
  @Test func limitFollowsEarlyRecords() {
    var headroom = Headroom()
    headroom.cover(1_000)
    #expect(headroom.limit == 1_250)
    headroom.cover(1_010)
    #expect(headroom.limit == 1_262)
    headroom.cover(500)
    #expect(headroom.limit == 1_262)
  }

  @Test func laterLimitRisesOnlyWhenNearlyReached() {
    var headroom = Headroom()
    for _ in 0..<5_000 { headroom.cover(1_000) }
    headroom.cover(1_170)
    #expect(headroom.limit == 1_250)
    headroom.cover(1_180)
    #expect(headroom.limit == 1_475)
  }

  @Test func limitStaysASixteenthAboveTheNeed() {
    var headroom = Headroom()
    for need in stride(from: 0, through: 100_000, by: 7) {
      headroom.cover(need)
      #expect(16 * headroom.limit >= 17 * need)
    }
  }
}
