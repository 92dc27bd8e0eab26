import Decoding
import Models
import Testing

/// Sentences that are encoded before they have room to step.
@Suite struct RowLimitTests {
  private func requests(beams: [Int]) -> [DecodingRequest] {
    (0..<40).map { index in
      let options = SentenceDecoderTests.options {
        $0.beam = beams[index % beams.count]
        $0.hypotheses = $0.beam
        $0.tellsTokens = true
      }
      return DecodingRequest(source: [Int32(index), 0], options: options)
    }
  }

  @Test(arguments: [1, 3, 4, 11])
  func rowLimitDoesNotChangeResults(limit: Int) {
    let requests = requests(beams: [1, 3, 5, 2])
    let results = SentenceDecoder(model: BigramModel()).decode(requests, rowLimit: limit).results
    let expected = SentenceDecoderTests.decode(requests)
    #expect(results.map { $0.hypotheses.map(\.tokens) } == expected.map { $0.hypotheses.map(\.tokens) })
    #expect(results.map { $0.hypotheses.map(\.score) } == expected.map { $0.hypotheses.map(\.score) })
  }

  @Test func earliestSentencesStepWithinTheLimit() {
    let loop = DecodingLoop(model: BigramModel())
    loop.admit(requests(beams: [1]), ids: Array(0..<40))
    var begun: [Int] = []
    var most = 0
    while !loop.isEmpty {
      var stepped: Set<Int> = []
      loop.step(
        rowLimit: 7, reservedRows: 1, isCancelled: { _ in false }, settled: { id, _ in stepped.insert(id) },
        finished: { id, _ in stepped.insert(id) })
      most = max(most, stepped.count)
      begun += stepped.subtracting(begun).sorted()
    }
    #expect(most == 7)
    #expect(begun == Array(0..<40))
  }

  @Test func reservedRowsStepBesideAWideBeam() {
    let loop = DecodingLoop(model: BigramModel())
    loop.admit(requests(beams: [9, 1, 1]), ids: Array(0..<40))
    var stepped: [Set<Int>] = []
    var isOver = false
    while !isOver {
      stepped.append([])
      loop.step(
        rowLimit: 4, reservedRows: 1, isCancelled: { _ in false },
        settled: { id, _ in stepped[stepped.count - 1].insert(id) },
        finished: { id, _ in
          stepped[stepped.count - 1].insert(id)
          isOver = isOver || id == 0
        })
    }
    #expect(stepped.allSatisfy { $0.subtracting([0]).count <= 1 })
    #expect(Set(stepped.joined()).count > 1)
  }

  @Test func cancelledWaitingSentenceLeavesAtTheNextStep() {
    let loop = DecodingLoop(model: BigramModel())
    let requests = requests(beams: [1])
    loop.admit(requests, ids: Array(0..<40))
    var results: [Int: DecodingResult] = [:]
    loop.step(
      rowLimit: 2, reservedRows: 0, isCancelled: { $0 >= 20 }, settled: { _, _ in }, finished: { results[$0] = $1 })
    #expect(results.keys.filter { $0 >= 20 }.sorted() == Array(20..<40))
    #expect(results.filter { $0.key >= 20 }.values.allSatisfy { $0.hypotheses.first?.stopReason == .cancelled })
    while !loop.isEmpty {
      loop.step(
        rowLimit: 2, reservedRows: 0, isCancelled: { _ in false }, settled: { _, _ in }, finished: { results[$0] = $1 })
    }
    let alone = SentenceDecoderTests.decode(Array(requests.prefix(20)))
    #expect((0..<20).map { results[$0]?.hypotheses.first?.tokens } == alone.map { $0.hypotheses.first?.tokens })
  }
}
