import Decoding
import Models
import Testing

/// Tokens that are reported before their sentence is over.
struct SettledTokensTests {
  private func run(_ requests: [DecodingRequest]) -> (reported: [[[Int32]]], results: [[Int32]]) {
    let loop = DecodingLoop(model: BigramModel())
    var reported = [[[Int32]]](repeating: [], count: requests.count)
    var results = [[Int32]](repeating: [], count: requests.count)
    loop.admit(requests, ids: Array(requests.indices))
    while !loop.isEmpty {
      loop.step(
        rowLimit: .max, reservedRows: 0, isCancelled: { _ in false }, settled: { reported[$0].append($1) },
        finished: { results[$0] = $1.hypotheses.first?.tokens ?? [] })
    }
    return (reported, results)
  }

  private func requests(beam: Int, tellsTokens: Bool = true) -> [DecodingRequest] {
    (0..<40).map { index in
      let options = SentenceDecoderTests.options {
        $0.beam = beam
        $0.tellsTokens = tellsTokens
      }
      return DecodingRequest(source: [Int32(index), 0], options: options)
    }
  }

  @Test func greedyReportsEachTokenExceptTheLast() {
    let (reported, results) = run(requests(beam: 1))
    let expected = results.map { result in result.dropLast().map { [$0] } }
    #expect(reported == expected)
  }

  @Test(arguments: [2, 3, 6])
  func beamReportsTokensThatAllHypothesesShare(beam: Int) {
    let (reported, results) = run(requests(beam: beam))
    for (reported, result) in zip(reported, results) {
      #expect(result.starts(with: reported.joined()))
      #expect(!reported.contains([]))
    }
    #expect(reported.contains { $0.count > 1 }, "as it grows")
    #expect(results == run(requests(beam: beam, tellsTokens: false)).results)
  }

  @Test func nothingIsReportedUnlessAskedFor() {
    let (reported, _) = run(requests(beam: 1, tellsTokens: false) + requests(beam: 3, tellsTokens: false))
    #expect(reported.joined().isEmpty)
  }
}
