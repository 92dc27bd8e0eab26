import Models
import Testing
import Translation

@Suite struct AttentionTests {
  private func request(
    _ text: String, translation: String? = nil, kinds: [AttentionKind] = [.cross], layers: [Int]? = nil,
    heads: HeadSelection = .all, sentence: Int = 0
  ) -> AttentionRequest {
    AttentionRequest(
      text: text, source: "en", target: "fr", translation: translation, kinds: kinds, layers: layers, heads: heads,
      sentence: sentence)
  }

  private func refusedField(_ request: AttentionRequest) throws -> String? {
    if case .failure(.invalid(let field, _)) = try TestService(positions: 20).attention(request) { return field }
    return nil
  }

  @Test func answersWithTokensAndWeightsOfOneSentence() throws {
    let answer = try TestService().attention(request("One! ab", kinds: AttentionKind.allCases, sentence: 1)).get()
    #expect(answer.sentences == 2)
    #expect(answer.sourceTokens == ["a", "b", "</s>"])
    #expect(answer.targetTokens == ["A", "B", "</s>"])
    #expect(answer.decoderTokens.count == 3 && answer.decoderTokens.dropFirst() == ["A", "B"])
    for kind in AttentionKind.allCases {
      let weights = try #require(answer.weights[kind])
      #expect(weights.shape == [2, 3, 3, 3])
      #expect(weights.layers == [0, 1] && weights.heads == [0, 1, 2])
      #expect(Array(weights.values[9..<12]) == [0.9, 0, 0.1])
    }
  }

  @Test func aGivenTranslationIsForced() throws {
    let answer = try TestService().attention(request("ab", translation: "xyz")).get()
    #expect(answer.targetTokens == ["x", "y", "z", "</s>"])
    #expect(answer.weights[.cross]?.shape == [2, 3, 4, 3])
  }

  @Test func layersAndHeadsArePicked() throws {
    let answer = try TestService().attention(request("ab", layers: [1], heads: .indices([2, 0]))).get()
    let weights = try #require(answer.weights[.cross])
    #expect(weights.shape == [1, 2, 3, 3])
    #expect(weights.layers == [1] && weights.heads == [2, 0])
    #expect(Array(weights.values.prefix(3)) == [0.8, 0, 0.2])
    #expect(Array(weights.values[9..<12]) == [1, 0, 0])
  }

  @Test func headsArePooled() throws {
    let mean = try #require(try TestService().attention(request("ab", heads: .mean)).get().weights[.cross])
    #expect(mean.shape == [2, 1, 3, 3] && mean.heads.isEmpty)
    #expect(abs(mean.values[0] - 0.9) < 1e-6 && abs(mean.values[2] - 0.1) < 1e-6)
    let most = try #require(try TestService().attention(request("ab", heads: .max)).get().weights[.cross])
    #expect(most.values.prefix(3) == [1, 0, 0.2])
  }

  @Test func whatTheModelHasNotIsRefusedByName() throws {
    #expect(try refusedField(request("ab", layers: [2])) == "layers")
    #expect(try refusedField(request("ab", layers: [])) == "layers")
    #expect(try refusedField(request("ab", layers: [0, 0])) == "layers")
    #expect(try refusedField(request("ab", heads: .indices([-1]))) == "heads")
    #expect(try refusedField(request("ab", sentence: 1)) == "sentence")
    #expect(try refusedField(request("ab", sentence: -1)) == "sentence")
    #expect(try refusedField(request(" \n")) == "q")
    #expect(try refusedField(request(String(repeating: "a", count: 20))) == "q")
    #expect(try refusedField(request("ab", translation: String(repeating: "a", count: 20))) == "translation")
  }

  @Test func aSentenceThatTheTokenizerDoesNotSeeHasNone() throws {
    let service = try TestService(tokenizer: ScalarTokenizer(invisible: ["\u{200B}"]))
    guard case .failure(.invalid("q", _)) = service.attention(request("\u{200B}")) else {
      Issue.record("attention of no token was answered")
      return
    }
  }

  @Test func anAnswerOfTooManyWeightsIsRefused() throws {
    let service = try TestService(positions: 1000)
    // 2 layers, 3 heads, 901 tokens each way: 4,870,806 weights.
    let long = String(repeating: "a", count: 900)
    for translation in [nil, long] {
      let result = service.attention(request(long, translation: translation))
      guard case .failure(let error) = result else {
        Issue.record("\(result) is no refusal")
        continue
      }
      #expect(error == .attentionTooLarge(found: 4_870_806, limit: 4_000_000))
    }
    let pooled = try service.attention(request(long, heads: .mean)).get()
    #expect(pooled.weights[.cross]?.shape == [2, 1, 901, 901])
    let one = try service.attention(request(long, layers: [1], heads: .indices([0, 2]))).get()
    #expect(one.weights[.cross]?.shape == [1, 2, 901, 901])
    let kinds = service.attention(request(long, kinds: AttentionKind.allCases, layers: [0], heads: .indices([0, 1])))
    guard case .failure(.attentionTooLarge) = kinds else {
      Issue.record("all kinds together are over the limit")
      return
    }
  }

  @Test func anArchitectureWithoutSaysSo() throws {
    let service = try TestService(attention: [.cross: TestService.shape])
    let result = service.attention(request("ab", kinds: [.cross, .encoder]))
    guard case .failure(.noAttention(let architecture, let kind)) = result else {
      Issue.record("attention that the model lacks was not refused")
      return
    }
    #expect(architecture == "shouting" && kind == "encoder")
  }
}
