import Models
import Support
import Testing
import Translation

@Suite struct AttentionTests {
  private func request(
    _ text: String, translation: String? = nil, kinds: [AttentionKind] = [.cross], layers: [Int]? = nil,
    heads: HeadSelection = .all, sentence: Int = 0, clause: Int = 0
  ) -> AttentionRequest {
    var request = AttentionRequest(
      text: text, source: "en", target: "fr", translation: translation, kinds: kinds, layers: layers, heads: heads,
      sentence: sentence)
    request.clause = clause
    return request
  }

  private func refusedField(_ request: AttentionRequest) throws -> String? {
    if case .failure(.invalid(let field, _)) = try TestService(positions: 20).attention(request) { return field }
    return nil
  }

  @Test func answerHasTokensAndWeightsOfOneSentence() throws {
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

  @Test func givenTranslationIsForced() throws {
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

  @Test func missingLayersHeadsAndSentencesAreRefusedByName() throws {
    #expect(try refusedField(request("ab", layers: [2])) == "layers")
    #expect(try refusedField(request("ab", layers: [])) == "layers")
    #expect(try refusedField(request("ab", layers: [0, 0])) == "layers")
    #expect(try refusedField(request("ab", heads: .indices([-1]))) == "heads")
    #expect(try refusedField(request("ab", sentence: 1)) == "sentence")
    #expect(try refusedField(request("ab", sentence: -1)) == "sentence")
    #expect(try refusedField(request(" \n")) == "q")
    #expect(try refusedField(request("ab", clause: 1)) == "clause")
    #expect(try refusedField(request(String(repeating: "a", count: 20), translation: "a")) == "q")
    #expect(try refusedField(request("ab", translation: String(repeating: "a", count: 20))) == "translation")
  }

  // MARK: The pass that translates

  @Test func clausesMatchTheTranslation() throws {
    let service = try TestService(positions: 12)
    let (text, first) = ("one, two, three; four", try service.attention(request("one, two, three; four")).get())
    #expect(first.clauses == 2 && first.repairs.isEmpty)
    let second = try service.attention(request(text, clause: 1)).get()
    #expect((first.sourceTokens.dropLast() + second.sourceTokens.dropLast()).joined() == "one, two,three; four")
    #expect(second.targetTokens.joined() == "THREE; FOUR</s>")
    #expect(second.weights[.cross]?.shape == [2, 3, second.targetTokens.count, second.sourceTokens.count])
  }

  @Test func retriedTranslationIsShown() throws {
    let service = try TestService(script: { _, options in options.uniqueRun == 0 ? "LA LA LA LA LA" : "UN AIR." })
    let answer = try service.attention(request("A song.")).get()
    #expect(answer.targetTokens.joined() == "UN AIR.</s>")
    #expect(answer.repairs == [Repair(.repetition, .retranslated)])
    #expect(answer.targetTokens.count == answer.weights[.cross]?.shape[2])
  }

  @Test func cutLoopIsShownUpToItsCut() throws {
    let service = try TestService(script: { _, _ in "UN AIR LA LA LA LA LA LA" })
    let answer = try service.attention(request("A song.")).get()
    #expect(answer.targetTokens.joined() == "UN AIR LA")
    #expect(answer.repairs == [Repair(.repetition, .retranslated), Repair(.repetition, .cut)])
  }

  @Test func untranslatedTextHasNoAttention() throws {
    guard case .failure(.invalid("q", _)) = try TestService().attention(request("1234")) else {
      Issue.record("attention of text that stays as it is was answered")
      return
    }
  }

  @Test func beamComesFromTheRequest() throws {
    let beams = Outcome<Int>()
    let service = try TestService(before: { beams.receive(.success($0[0].options.beam)) })
    var wide = request("ab")
    wide.beam = 3
    _ = try service.attention(wide).get()
    #expect(try beams.wait().get() == 3)
  }

  @Test func sentenceWithoutTokensHasNoAttention() throws {
    let service = try TestService(tokenizer: ScalarTokenizer(invisible: ["\u{200B}"]))
    guard case .failure(.invalid("q", _)) = service.attention(request("\u{200B}")) else {
      Issue.record("attention of no token was answered")
      return
    }
  }

  @Test func tooManyWeightsAreRefused() throws {
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

  @Test func capturedAttentionIsChargedToTheItem() throws {
    let held = Outcome<[Int]>()
    let service = try TestService(before: { held.receive(.success($0.map(\.heldAttentionBytes))) })
    _ = try service.attention(request("abc", translation: "ab", kinds: [.cross])).get()
    // 2 layers, 3 heads, 4 tokens by 3, in the step that computes them and in the result.
    #expect(try held.wait().get() == [2 * 3 * 4 * 3 * 4 * 2])
  }

  @Test func missingKindOfAttentionIsReported() throws {
    let service = try TestService(attention: [.cross: TestService.shape])
    let result = service.attention(request("ab", kinds: [.cross, .encoder]))
    guard case .failure(.noAttention(let architecture, let kind)) = result else {
      Issue.record("attention that the model lacks was not refused")
      return
    }
    #expect(architecture == "shouting" && kind == "encoder")
  }
}
