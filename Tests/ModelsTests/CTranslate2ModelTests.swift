import Decoding
import Files
import Foundation
import Models
import Support
import Testing
import Tokenization

/// CTranslate2 folders of every number type and kind of network, against CTranslate2's own answers.
struct CTranslate2ModelTests {
  /// A folder with its model, tokenizer and answers.
  private struct Run {
    let fixture: CTranslate2Fixture
    let expected: CTranslate2Fixture.Expected
    let format: any ModelFormat
    let tokenizer: any Tokenizer
    let model: any TranslationModel

    init(_ fixture: CTranslate2Fixture, _ precision: Precision) throws {
      self.fixture = fixture
      expected = try fixture.expected()
      format = try ModelFormats.open(directory: fixture.directory)
      tokenizer = try format.loadTokenizer()
      model = try format.loadModel(ModelPreferences(precision: precision))
    }

    func answers(_ precision: Precision) -> CTranslate2Fixture.Answers {
      precision == .int8 ? expected.int8 : expected.float32
    }

    func source(_ index: Int) -> [Int32] {
      tokenizer.encode(expected.sources[index].joined(separator: " ")).ids
    }

    func target(_ index: Int) -> [Int32] {
      tokenizer.encodeTarget(expected.targets[index].joined(separator: " ")).ids
    }

    func requests(_ change: (Int, inout DecodingOptions) -> Void) throws -> [DecodingRequest] {
      let decoding = try format.decoding(with: tokenizer)
      return expected.sources.indices.map { index in
        var options = DecodingOptions(decoding.generation, positions: model.summary.maxPositions)
        change(index, &options)
        return DecodingRequest(source: source(index), options: options)
      }
    }

    func pieces(_ hypothesis: Hypothesis) -> [String] {
      tokenizer.pieces(
        hypothesis.tokens.last == model.summary.endToken ? hypothesis.tokens.dropLast() : hypothesis.tokens)
    }
  }

  /// Sums of 8-bit products are exact, but a number between two steps can be rounded either way. CTranslate2 cuts the
  /// activations of old containers off instead of rounding them.
  private func tolerance(_ precision: Precision) -> Float { precision == .int8 ? 0.1 : 1e-4 }

  private func worst(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } : .infinity
  }

  @Test(arguments: CTranslate2Fixture.all, Precision.comparable)
  func logProbabilitiesOfAMixedBatchMatch(fixture: CTranslate2Fixture, precision: Precision) throws {
    let run = try Run(fixture, precision)
    let requests = try run.requests { index, options in options.forcedTarget = run.target(index) }
    for rowLimit in [.max, 1] {
      let results = SentenceDecoder(model: run.model).decode(requests, rowLimit: rowLimit).results
      for (result, expected) in zip(results, run.answers(precision).logProbs) {
        #expect(worst(result.hypotheses[0].logProbs, expected) < tolerance(precision))
      }
    }
  }

  @Test(arguments: CTranslate2Fixture.all)
  func greedyTranslationsMatch(fixture: CTranslate2Fixture) throws {
    let run = try Run(fixture, .float32)
    let requests = try run.requests { _, options in
      (options.beam, options.hypotheses, options.maxLength, options.lengthPenalty) = (1, 1, 12, 1)
    }
    let results = SentenceDecoder(model: run.model).decode(requests).results
    for (index, result) in results.enumerated() {
      #expect(run.pieces(result.hypotheses[0]) == run.expected.float32.greedy[index])
      #expect(abs(result.hypotheses[0].score - run.expected.float32.greedyScores[index]) < 1e-4)
    }
  }

  @Test(arguments: CTranslate2Fixture.all)
  func beamTranslationsMatch(fixture: CTranslate2Fixture) throws {
    let run = try Run(fixture, .float32)
    let requests = try run.requests { _, options in
      (options.beam, options.hypotheses, options.maxLength, options.lengthPenalty) = (4, 4, 12, 0.2)
    }
    let results = SentenceDecoder(model: run.model).decode(requests).results
    for (index, result) in results.enumerated() {
      #expect(result.hypotheses.map(run.pieces) == run.expected.float32.beam[index])
      #expect(worst(result.hypotheses.map(\.score), run.expected.float32.beamScores[index]) < 1e-4)
    }
  }

  /// A row of each attention's weights sums to 1, alone and in a batch.
  @Test(arguments: CTranslate2Fixture.all)
  func attentionIsCapturedOfEveryKind(fixture: CTranslate2Fixture) throws {
    let run = try Run(fixture, .float32)
    let requests = try run.requests { index, options in
      options.forcedTarget = run.target(index)
      options.capture = run.model.summary.everyAttention
    }
    let together = SentenceDecoder(model: run.model).decode(requests).results
    for (index, result) in together.enumerated() {
      let alone = SentenceDecoder(model: run.model).decode([requests[index]]).results[0]
      for kind in AttentionKind.allCases {
        let found = try #require(result.attention[kind])
        #expect(found == alone.attention[kind])
        let width = kind == .decoder ? run.target(index).count : requests[index].source.count
        for start in stride(from: 0, to: found.count, by: width) {
          #expect(abs(found[start..<start + width].reduce(0, +) - 1) < 1e-4)
        }
      }
    }
  }

  @Test(arguments: ["m2m-int8_float16", "opennmt-tf-int8", "t5-tied-int8", "aren-i8"])
  func eightBitsAreUsedAsTheyAre(name: String) throws {
    let fixture = CTranslate2Fixture(name)
    let own = try ModelFormats.load(directory: fixture.directory).summary
    let whole = try ModelFormats.load(directory: fixture.directory, precision: .float32).summary
    #expect(own.precision == "int8" && whole.precision == "float32")
    #expect(own.bytes < whole.bytes / 2)
    #expect(own.parameters == whole.parameters)
  }

  // MARK: Tokens

  @Test(arguments: [("m2m-int8_float16", true), ("opennmt-relative", false), ("aren-v1-i16", false)])
  func endOfTheSourceFollowsFromTheStartOfTheTarget(name: String, ends: Bool) throws {
    let format = try ModelFormats.open(directory: CTranslate2Fixture(name).directory)
    let encoded = try format.loadTokenizer().encode("t1 t2")
    #expect(encoded.ids.count == (ends ? 3 : 2))
    #expect((encoded.pieces.last == "</s>") == ends)
  }

  @Test func correctionsTakePrecedence() throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: CTranslate2Fixture("opennmt-relative").directory)
    try folder.write(
      "dragoman.json", text: #"{"add_source_eos": true, "add_source_bos": true, "beam_size": 4, "length_penalty": 0.2}"#
    )
    let format = try ModelFormats.open(directory: folder.path)
    let tokenizer = try format.loadTokenizer()
    #expect(tokenizer.encode("t1").pieces == ["<s>", "t1", "</s>"])
    let generation = try format.decoding(with: tokenizer).generation
    #expect(generation.beam == 4 && generation.lengthPenalty == 0.2)
    try folder.write("dragoman.json", text: #"{"beams": 4}"#)
    #expect(failureMessage { _ = try ModelFormats.open(directory: folder.path) }.contains("beams: found 4"))
  }

  // MARK: Refused

  /// Text cut at spaces would be unknown words.
  @Test func brokenTokenizersAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: CTranslate2Fixture("m2m-int8_float16").directory)
    try folder.write("tokenizer.json", text: "{}")
    let format = try ModelFormats.open(directory: folder.path)
    #expect(failureMessage { _ = try format.loadTokenizer() }.contains("tokenizer.json"))
  }

  @Test func otherSpecificationsAreRefusedByName() throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: CTranslate2Fixture("m2m-int8_float16").directory)
    let path = folder.path + "/model.bin"
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes.replaceSubrange(4..<22, with: [28, 0] + Array("TransformerDecoderModelSpec\0".utf8))
    try folder.write("model.bin", bytes)
    let message = failureMessage { _ = try ModelFormats.open(directory: folder.path) }
    #expect(message.contains("found \"TransformerDecoderModelSpec\""))
  }

  @Test func unknownVariablesAreRefusedByName() throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: CTranslate2Fixture("t5-gated").directory)
    let path = folder.path + "/model.bin"
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for (old, new) in [
      ("decoder/scale_embeddings", "decoder/rotary_dimension"),
      ("encoder/layer_norm/gamma", "encoder/layer_norm/gumma"),
      ("decoder/layer_1/ffn/linear_0_noact", "decoder/layer_1/ffn/linear_9_noact"),
    ] {
      var bytes = whole
      let pattern = Array(old.utf8)
      let start = try #require(
        (0..<bytes.count - pattern.count).first { bytes[$0..<$0 + pattern.count].elementsEqual(pattern) })
      bytes.replaceSubrange(start..<start + pattern.count, with: Array(new.utf8))
      try folder.write("model.bin", bytes)
      #expect(failureMessage { _ = try ModelFormats.load(directory: folder.path) }.contains(new))
    }
  }
}
