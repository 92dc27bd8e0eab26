import Decoding
import Models
import Support
import Testing

/// Random searches on small models end with an answer, whatever they forbid, force or ask for.
struct DecodingFuzzTests {
  private func options(_ random: inout SplitMix, vocabulary: Int, end: Int32) -> DecodingOptions {
    func token() -> Int32 { Int32.random(in: 0..<Int32(vocabulary), using: &random) }
    func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }
    let stray: [Int32] = [-1, .min, .max, Int32(vocabulary), end]
    var options = DecodingOptions()
    options.beam = oneIn(2) ? 1 : Int.random(in: 2...7, using: &random)
    options.hypotheses = Int.random(in: 0...9, using: &random)
    options.maxLength = [0, 1, 2, 8].randomElement(using: &random) ?? 8
    options.minLength = [0, 1, 8, 100].randomElement(using: &random) ?? 0
    options.lengthPenalty = [0, 1, -1, 100].randomElement(using: &random) ?? 1
    options.forbiddenTokens =
      oneIn(5)
      ? (0..<Int32(vocabulary)).map { $0 }
      : (0..<Int.random(in: 0...4, using: &random)).map { _ in stray.randomElement(using: &random) ?? token() }
    options.uniqueRun = oneIn(3) ? Int.random(in: 1...3, using: &random) : 0
    options.repetitionPenalty = oneIn(3) ? Float.random(in: 1...9, using: &random) : 1
    options.sampling =
      oneIn(3)
      ? Sampling(topK: Int.random(in: 1...40, using: &random), temperature: 0.5, seed: random.next()) : nil
    options.prefix = oneIn(3) ? (0..<Int.random(in: 0...9, using: &random)).map { _ in token() } : []
    options.forcedStartToken = oneIn(4) ? token() : nil
    options.startToken = oneIn(8) ? token() : nil
    options.forcedEndToken = oneIn(4) ? token() : nil
    options.forcedLength = oneIn(8) ? 6 : nil
    options.forcedTarget = oneIn(8) ? (0..<5).map { _ in token() } : nil
    options.logProbs = oneIn(2)
    options.renormalize = oneIn(2)
    options.tellsTokens = oneIn(2)
    options.earlyStopping = [.whenFull, .whenUnlikely, .whenImpossible].randomElement(using: &random) ?? .whenFull
    return options
  }

  private func check(_ model: any TranslationModel, rounds: Int) {
    let summary = model.summary
    var random = SplitMix(state: 1)
    let decoder = SentenceDecoder(model: model)
    for _ in 0..<rounds {
      let requests = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        let source = (0..<Int.random(in: 0...6, using: &random)).map { _ in
          Int32.random(in: 0..<Int32(summary.sourceVocabulary), using: &random)
        }
        return DecodingRequest(
          source: source + [summary.endToken],
          options: options(&random, vocabulary: summary.targetVocabulary, end: summary.endToken))
      }
      let results = decoder.decode(requests, rowLimit: Int.random(in: 1...12, using: &random)).results
      #expect(results.count == requests.count)
      for (result, request) in zip(results, requests) {
        #expect(result.hypotheses.count <= max(1, request.options.hypotheses))
        for hypothesis in result.hypotheses {
          #expect(hypothesis.tokens.allSatisfy { 0..<Int32(summary.targetVocabulary) ~= $0 })
          #expect(hypothesis.tokens.count <= 8)
        }
      }
    }
  }

  @Test(arguments: MarianFixture.names, Precision.allCases)
  func transformersSurviveRandomSearches(name: String, precision: Precision) throws {
    check(try ModelFormats.load(directory: MarianFixture(name).directory, precision: precision), rounds: 60)
  }

  @Test(arguments: TransformersFixture.all)
  func modelsOfSeveralLanguagesSurviveRandomSearches(fixture: TransformersFixture) throws {
    check(try ModelFormats.load(directory: fixture.directory, precision: .float32), rounds: 40)
  }

  @Test(arguments: SequenceFixture.names)
  func sequenceModelsSurviveRandomSearches(name: String) throws {
    check(try ModelFormats.load(directory: SequenceFixture(name).directory), rounds: 40)
  }

  @Test(arguments: MarianModelTests.files, [false, true])
  func marianModelsSurviveRandomSearches(file: String, shortlist: Bool) throws {
    check(try MarianModelTests.model(file, precision: nil, shortlist: shortlist), rounds: 60)
  }
}
