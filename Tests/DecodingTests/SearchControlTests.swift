import Decoding
import Foundation
import Models
import Testing

/// Beginnings, suppressed words and choices by chance, on a model that can be searched by hand.
struct SearchControlTests {
  private func tokens(sources: [Int32], _ change: @escaping (inout DecodingOptions) -> Void) -> [[Int32]] {
    let options = SentenceDecoderTests.options(change)
    let requests = sources.map { DecodingRequest(source: [$0, 0], options: options) }
    return SentenceDecoderTests.decode(requests).map { $0.hypotheses[0].tokens }
  }

  @Test(arguments: [1, 3]) func translationBeginsWithThePrefix(beam: Int) {
    let found = tokens(sources: Array(0..<10)) {
      $0.beam = beam
      $0.prefix = [3, 1, 3]
    }
    #expect(found.allSatisfy { $0.starts(with: [3, 1, 3]) && $0.count > 3 })
    let first = tokens(sources: [5]) {
      $0.beam = beam
      $0.forcedStartToken = 2
      $0.prefix = [3]
    }
    #expect(first[0].starts(with: [2, 3]))
  }

  @Test func chanceFollowsSeedAndSourceAlone() {
    func sampled(_ seed: UInt64, _ sources: [Int32]) -> [[Int32]] {
      tokens(sources: sources) { $0.sampling = Sampling(topK: 4, seed: seed) }
    }
    let sources = Array(0..<64) as [Int32]
    let together = sampled(7, sources)
    #expect(together == sources.map { sampled(7, [$0])[0] })
    #expect(sampled(7, sources.reversed()) == together.reversed())
    #expect(sampled(8, sources) != together)
    #expect(Set(together).count > 20)
  }

  @Test func sharesOfTokensAreTheirProbabilities() {
    let logProbs = BigramModel.logProbs(source: 3, last: BigramModel.start)
    var counts: [Int32: Int] = [:]
    let seeds = 0..<4000 as Range<UInt64>
    for seed in seeds {
      let sampled = tokens(sources: [3]) {
        $0.maxLength = 1
        $0.forbiddenTokens = []
        $0.sampling = Sampling(topK: 5, temperature: 1, seed: seed)
      }
      counts[sampled[0][0], default: 0] += 1
    }
    for (token, logProb) in logProbs.enumerated() {
      let share = Double(counts[Int32(token)] ?? 0) / Double(seeds.count)
      #expect(abs(share - exp(logProb)) < 0.03)
    }
  }

  @Test func lowTemperatureIsGreedy() {
    let sources = Array(0..<20) as [Int32]
    let greedy = tokens(sources: sources) { _ in }
    #expect(tokens(sources: sources) { $0.sampling = Sampling(topK: 4, temperature: 0.001, seed: 1) } == greedy)
    #expect(tokens(sources: sources) { $0.sampling = Sampling(topK: 1, temperature: 5, seed: 1) } == greedy)
  }

  @Test(arguments: [1, 3]) func suppressedWordIsNotProducedInAnyTokens(beam: Int) {
    func texts(_ words: [String]) -> [String] {
      tokens(sources: Array(0..<40)) {
        $0.beam = beam
        $0.forbiddenTokens = []
        $0.suppressed = words.isEmpty ? nil : SuppressedWords(words, texts: BigramTexts())
      }.map { $0.map(BigramTexts().text).joined() + " " }
    }
    #expect(texts([]).contains { $0.contains(" ab ") })
    #expect(!texts(["AB"]).contains { $0.contains(" ab ") })
    #expect(texts(["AB"]).contains { $0.contains(" a ") })
    #expect(!texts(["a c"]).contains { $0.contains(" a c ") })
  }

  @Test func sentenceEndsIfEveryTokenIsSuppressed() {
    let found = tokens(sources: [1, 2]) {
      $0.forbiddenTokens = [BigramModel.end]
      $0.suppressed = SuppressedWords(["ab", "a", "b", "c"], texts: BigramTexts())
    }
    #expect(found == [[BigramModel.end], [BigramModel.end]])
  }
}
