import Decoding
import Foundation
import Models
import Testing

struct SentenceDecoderTests {
  static func decode(
    _ requests: [DecodingRequest], model: BigramModel = BigramModel(), isCancelled: (Int) -> Bool = { _ in false }
  ) -> [DecodingResult] {
    SentenceDecoder(model: model).decode(requests, isCancelled: isCancelled).results
  }

  static func options(_ change: (inout DecodingOptions) -> Void = { _ in }) -> DecodingOptions {
    var options = DecodingOptions()
    options.maxLength = 12
    options.forbiddenTokens = [BigramModel.start]
    change(&options)
    return options
  }

  /// Every sequence up to `longest` tokens that ends, with its normalised score.
  static func exhaustive(source: Int32, longest: Int) -> [(tokens: [Int32], score: Double)] {
    var finished: [(tokens: [Int32], score: Double)] = []
    func extend(_ tokens: [Int32], _ total: Double) {
      let logProbs = BigramModel.logProbs(source: source, last: tokens.last ?? BigramModel.start)
      for token in 0..<BigramModel.start {
        let longer = tokens + [token]
        let sum = total + logProbs[Int(token)]
        if token == BigramModel.end || longer.count == longest {
          finished.append((longer, sum / Double(longer.count)))
        } else {
          extend(longer, sum)
        }
      }
    }
    extend([], 0)
    return finished.sorted { $0.score > $1.score }
  }

  @Test(arguments: [3, 5, 9])
  func greedyFollowsTheLikeliestToken(source: Int32) {
    let result = Self.decode([DecodingRequest(source: [source, 0], options: Self.options())])[0].hypotheses[0]
    var last = BigramModel.start
    var expected: [Int32] = []
    while expected.count < 12, last != BigramModel.end || expected.isEmpty {
      let logProbs = BigramModel.logProbs(source: source, last: last)
      last = (0..<BigramModel.start).max { logProbs[Int($0)] < logProbs[Int($1)] } ?? 0
      #expect(abs(Double(result.logProbs[expected.count]) - logProbs[Int(last)]) < 1e-5)
      expected.append(last)
    }
    #expect(result.tokens == expected)
    #expect(result.stopReason == (expected.last == BigramModel.end ? .eos : .length))
  }

  @Test(arguments: [1, 2, 6, 11])
  func wideBeamFindsTheBestOfExhaustiveSearch(source: Int32) {
    let options = Self.options {
      $0.beam = 200
      $0.hypotheses = 5
      $0.maxLength = 4
      $0.earlyStopping = .whenImpossible
    }
    let found = Self.decode([DecodingRequest(source: [source], options: options)])[0].hypotheses
    let expected = Self.exhaustive(source: source, longest: 4).prefix(5)
    #expect(found.map(\.tokens) == expected.map(\.tokens))
    #expect(zip(found, expected).allSatisfy { abs(Double($0.score) - $1.score) < 1e-5 })
  }

  @Test func batchDoesNotChangeResults() {
    let requests = (0..<40).map { index in
      DecodingRequest(
        source: [Int32(index), 0],
        options: Self.options {
          $0.beam = index % 5 + 1
          $0.hypotheses = $0.beam
        })
    }
    let together = Self.decode(requests)
    for (index, request) in requests.enumerated() {
      let alone = Self.decode([request])[0]
      #expect(alone.hypotheses.map(\.tokens) == together[index].hypotheses.map(\.tokens))
      #expect(alone.hypotheses.map(\.score) == together[index].hypotheses.map(\.score))
    }
  }

  @Test(arguments: [1, 4])
  func lengthsAreForced(beam: Int) {
    let exact = Self.options {
      $0.beam = beam
      $0.forcedLength = 7
    }
    let ended = Self.options {
      $0.beam = beam
      $0.minLength = 11
      $0.forcedEndToken = BigramModel.end
    }
    for source in 0..<10 as Range<Int32> {
      let results = Self.decode([
        DecodingRequest(source: [source], options: exact), DecodingRequest(source: [source], options: ended),
      ])
      #expect(results[0].hypotheses[0].tokens.count == 7)
      #expect(!results[0].hypotheses[0].tokens.contains(BigramModel.end))
      #expect(results[1].hypotheses[0].tokens.count == 12)
      #expect(results[1].hypotheses[0].tokens.last == BigramModel.end)
      #expect(results[1].hypotheses[0].stopReason == .length)
    }
  }

  @Test(arguments: [1, 4])
  func noRunIsProducedTwice(beam: Int) {
    let length = 3
    func decode(uniqueRun: Int) -> [[Int32]] {
      let options = Self.options {
        $0.beam = beam
        $0.minLength = 10
        $0.maxLength = 12
        $0.uniqueRun = uniqueRun
      }
      return Self.decode((0..<20).map { DecodingRequest(source: [$0], options: options) }).map {
        $0.hypotheses[0].tokens
      }
    }
    func repeats(_ tokens: [Int32]) -> Bool {
      let runs = (0...tokens.count - length).map { Array(tokens[$0..<$0 + length]) }
      return Set(runs).count < runs.count
    }
    #expect(decode(uniqueRun: 0).contains(where: repeats))
    #expect(!decode(uniqueRun: length).contains(where: repeats))
  }

  @Test func givenTargetIsScored() {
    let target: [Int32] = [2, 1, 1, 0]
    let result = Self.decode([DecodingRequest(source: [3], options: Self.options { $0.forcedTarget = target })])[0]
    #expect(result.hypotheses[0].tokens == target)
    var last = BigramModel.start
    for (token, logProb) in zip(target, result.hypotheses[0].logProbs) {
      #expect(abs(Double(logProb) - BigramModel.logProbs(source: 3, last: last)[Int(token)]) < 1e-5)
      last = token
    }
  }

  @Test func cancelledRequestDoesNotChangeOthers() {
    let requests = (0..<6).map { DecodingRequest(source: [Int32($0)], options: Self.options { $0.beam = 3 }) }
    let all = Self.decode(requests)
    let some = Self.decode(requests, isCancelled: { $0 % 2 == 1 })
    for index in requests.indices {
      if index % 2 == 1 {
        #expect(some[index].hypotheses.allSatisfy { $0.stopReason == .cancelled })
      } else {
        #expect(some[index].hypotheses.map(\.tokens) == all[index].hypotheses.map(\.tokens))
      }
    }
  }

  @Test func onlyShortlistedTokensAreProduced() {
    let shortlist: [Int32] = [0, 2, 3]
    let model = BigramModel(shortlist: shortlist)
    for beam in [1, 3] {
      let results = Self.decode(
        (0..<20).map { DecodingRequest(source: [Int32($0)], options: Self.options { $0.beam = beam }) }, model: model)
      #expect(results.allSatisfy { $0.hypotheses[0].tokens.allSatisfy(shortlist.contains) })
      #expect(results.contains { $0.hypotheses[0].tokens.contains(3) })
    }
  }

  @Test(arguments: [1, 4])
  func attentionBelongsToTheAnswersSteps(beam: Int) {
    let options = Self.options {
      $0.beam = beam
      $0.capture = .weights(BigramModel().summary.attention.mapValues(AttentionMaps.init(every:)))
    }
    let result = Self.decode([DecodingRequest(source: [5, 8, 0], options: options)])[0]
    let length = result.hypotheses[0].tokens.count
    #expect(result.attention[.encoder] == [1])
    #expect(result.attention[.cross] == (1...length).flatMap { [Float](repeating: Float($0), count: 3) })
    let triangle = (1...length).flatMap { t in
      (1...length).map { $0 <= t ? Float(t) : 0 }
    }
    #expect(result.attention[.decoder] == triangle)
  }

  @Test(arguments: [1, 4])
  func alignmentHasOneCandidatePerToken(beam: Int) {
    func result(_ candidates: [Int], layer: Int = 0) -> DecodingResult {
      let options = Self.options {
        $0.beam = beam
        $0.capture = .alignment(AlignmentCapture(layer: layer, head: nil, candidates: candidates))
      }
      return Self.decode([DecodingRequest(source: [5, 8, 0], options: options)])[0]
    }
    let aligned = result([2, 1, 7])
    #expect(aligned.alignment == aligned.hypotheses[0].tokens.map { _ in 2 })
    #expect(aligned.attention.isEmpty)
    #expect(result([]).alignment.isEmpty && result([7, -1]).alignment.isEmpty)
    #expect(result([1], layer: 1).alignment.isEmpty)
  }
}
