import Decoding
import Files
import Models
import Support
import Testing
import Tokenization

/// Models of several languages and T5's kin in Hugging Face's layout, against `transformers`.
struct TransformersModelTests {
  /// A folder with its model, tokenizer and answers.
  private struct Run {
    let sentences: [TransformersFixture.Sentence]
    let tokenizer: any Tokenizer
    let model: any TranslationModel

    init(_ fixture: TransformersFixture, _ precision: Precision = .float32) throws {
      sentences = try fixture.sentences()
      let format = try ModelFormats.open(directory: fixture.directory)
      tokenizer = try format.loadTokenizer()
      model = try format.loadModel(ModelPreferences(precision: precision))
    }

    func prompt(_ sentence: TransformersFixture.Sentence) -> LanguagePrompt {
      // mBART's codes have a country, which says nothing.
      func code(_ text: String) -> String { text.utf8.count == 5 ? String(text.prefix(2)) : text }
      return tokenizer.languages?.prompt(source: code(sentence.source), target: code(sentence.targetLanguage))
        ?? LanguagePrompt()
    }

    func tokenizer(for sentence: TransformersFixture.Sentence) -> any Tokenizer {
      PromptedTokenizer(tokenizer, prompt(sentence))
    }

    /// One batch of all sentences, each into its language.
    func requests(_ change: (TransformersFixture.Sentence, inout DecodingOptions) -> Void) -> [DecodingRequest] {
      sentences.map { sentence in
        var options = DecodingOptions()
        let prompt = prompt(sentence)
        options.startToken = prompt.startToken
        options.forcedStartToken = prompt.firstTarget?.id
        options.maxLength = 12
        change(sentence, &options)
        return DecodingRequest(source: tokenizer(for: sentence).encode(sentence.text).ids, options: options)
      }
    }
  }

  private func worst(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
  }

  @Test(arguments: TransformersFixture.all)
  func textsBecomeTheTokensOfTheirLanguages(fixture: TransformersFixture) throws {
    let run = try Run(fixture)
    for sentence in run.sentences {
      let encoded = run.tokenizer(for: sentence).encode(sentence.text)
      #expect(encoded.ids == sentence.ids)
      #expect(encoded.ranges.count == encoded.ids.count && encoded.pieces.count == encoded.ids.count)
      #expect(run.prompt(sentence).startToken ?? run.model.summary.startToken == sentence.lead[0])
      #expect(run.prompt(sentence).firstTarget?.id == (sentence.lead.count > 1 ? sentence.lead[1] : nil))
      let back = run.tokenizer(for: sentence).encodeTarget(sentence.text)
      #expect(run.tokenizer.decode(back.ids) == sentence.text)
    }
    #expect(run.tokenizer.targetVocabularySize <= run.model.summary.targetVocabulary)
    #expect(run.tokenizer.endToken == run.model.summary.endToken)
  }

  @Test(arguments: TransformersFixture.all)
  func logProbabilitiesOfAMixedBatchMatch(fixture: TransformersFixture) throws {
    let run = try Run(fixture)
    let requests = run.requests { $1.forcedTarget = $0.target }
    for rowLimit in [.max, 1] {
      let results = SentenceDecoder(model: run.model).decode(requests, rowLimit: rowLimit).results
      for (result, sentence) in zip(results, run.sentences) {
        #expect(worst(result.hypotheses[0].logProbs, sentence.logProbs) < 1e-4)
      }
    }
  }

  @Test(arguments: TransformersFixture.all)
  func greedyTranslationsOfAMixedBatchMatch(fixture: TransformersFixture) throws {
    let run = try Run(fixture)
    let results = SentenceDecoder(model: run.model).decode(run.requests { _, _ in }).results
    #expect(results.map { $0.hypotheses[0].tokens } == run.sentences.map(\.greedy))
  }

  @Test(arguments: TransformersFixture.all)
  func beamTranslationsOfAMixedBatchMatch(fixture: TransformersFixture) throws {
    let run = try Run(fixture)
    let requests = run.requests { ($1.beam, $1.hypotheses) = (4, 4) }
    for (result, sentence) in zip(SentenceDecoder(model: run.model).decode(requests).results, run.sentences) {
      #expect(result.hypotheses.map(\.tokens) == sentence.beam)
      #expect(worst(result.hypotheses.map(\.score), sentence.beamScores) < 1e-4)
    }
  }

  @Test(arguments: TransformersFixture.all)
  func eightBitsStayCloseToTheReference(fixture: TransformersFixture) throws {
    let run = try Run(fixture, .int8)
    let requests = run.requests { $1.forcedTarget = $0.target }
    for (result, sentence) in zip(SentenceDecoder(model: run.model).decode(requests).results, run.sentences) {
      let differences = zip(result.hypotheses[0].logProbs, sentence.logProbs).map { abs($0 - $1) }
      #expect(differences.reduce(0, +) / Float(differences.count) < 1)
    }
  }

  /// A row of each attention's weights sums to 1.
  @Test(arguments: TransformersFixture.all)
  func attentionIsCapturedOfEveryKind(fixture: TransformersFixture) throws {
    let run = try Run(fixture)
    let requests = run.requests { sentence, options in
      options.forcedTarget = sentence.target
      options.capture = run.model.summary.everyAttention
    }
    for (result, request) in zip(SentenceDecoder(model: run.model).decode(requests).results, requests) {
      for kind in run.model.summary.attentionKinds {
        let weights = try #require(result.attention[kind])
        let keys = kind == .decoder ? request.options.forcedTarget?.count ?? 0 : request.source.count
        #expect(weights.count.isMultiple(of: keys) && !weights.isEmpty)
        for start in stride(from: 0, to: weights.count, by: keys) {
          #expect(abs(weights[start..<start + keys].reduce(0, +) - 1) < 1e-4)
        }
      }
    }
  }
}
