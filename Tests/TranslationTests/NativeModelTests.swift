import Files
import Foundation
import Models
import Support
import Testing
import Tokenization
import Translation

/// Folders in Marian's own layout through the whole service, against an independent implementation.
@Suite struct NativeModelTests {
  private let enFr = LanguagePair(source: "en", target: "fr")

  private func service(
    _ fixture: NativeFixture, precision: ModelPreferences = ModelPreferences()
  ) throws -> TranslationService {
    let model = try LoadedModel(directory: fixture.directory, pair: enFr, preferences: precision)
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1, checksOutput: false), models: [model])
  }

  private func check(
    _ key: String, _ fixture: NativeFixture, _ preferences: ModelPreferences = ModelPreferences()
  ) throws {
    let service = try service(fixture, precision: preferences)
    let cases = try NativeFixture.expected(key)
    #expect(cases.count >= 3)
    let outcome = Outcome<[TranslatedText]>()
    service.translate(
      TranslationRequest(texts: cases.map(\.text), source: "en", target: "fr", explain: [.tokens]),
      completion: outcome.receive)
    for (text, expected) in zip(try outcome.wait().get(), cases) {
      let kept = expected.translation.isEmpty ? expected.text : expected.translation
      #expect(text.text == kept, "\(key): \(expected.text)")
      #expect(text.sentences.first?.sourceTokens.count == expected.source.count)
      #expect(text.sentences.first?.targetTokens.count == expected.target.count)
      #expect((text.sentences.first?.stopReason == .eos) == (expected.target.last == 0))
    }
  }

  private func binary(shortlist: Bool = false) throws -> NativeFixture {
    try NativeFixture(
      model: ("toy_ssru_int8.bin", "model.intgemm.alphas.bin"), shortlist: shortlist, settings: NativeFixture.greedy)
  }

  @Test(eightBitActivations) func eightBitsAreTheDefaultOfAnEightBitModel() throws {
    try check("int8", binary())
  }

  @Test func float32IsUsedIfRequested() throws {
    try check("float32", binary(), ModelPreferences(precision: .float32))
  }

  @Test(eightBitActivations) func shortlistIsUsedUnlessDisabled() throws {
    try check("int8 shortlist", binary(shortlist: true))
    try check("int8", binary(shortlist: true), ModelPreferences(usesShortlist: false))
  }

  @Test func arraysOfNumPy() throws {
    let fixture = try NativeFixture(model: ("toy_ssru_f32.npz", "model.npz"), settings: NativeFixture.greedy)
    try check("npz", fixture)
  }

  @Test func separateVocabularies() throws {
    let fixture = try NativeFixture(
      model: ("toy_selfattn_f32.npz", "model.npz"), vocabularies: NativeFixture.target,
      settings: NativeFixture.greedy)
    try check("separate", fixture)
  }

  @Test func decodingOptionsComeFromTheFolder() throws {
    let text = "she wrote to her sister"
    func tokens(_ settings: String?) throws -> Int {
      let fixture = try NativeFixture(model: ("toy_ssru_int8.bin", "model.bin"), settings: settings)
      let outcome = Outcome<[TranslatedText]>()
      try service(fixture).translate(
        TranslationRequest(texts: [text], source: "en", target: "fr", beam: 1, explain: [.tokens]),
        completion: outcome.receive)
      return try outcome.wait().get()[0].sentences[0].targetTokens.count
    }
    #expect(try tokens("max-length-factor: 1.5\n") == 21)
    #expect(try tokens(nil) == 28, "Firefox' factor of 2 over 14 source tokens")
  }

  @Test func wordPenaltyIsRefusedByName() throws {
    let fixture = try NativeFixture(model: ("toy_ssru_int8.bin", "model.bin"), settings: "word-penalty: 0.5\n")
    let error = thrownError(FileError.self) { try LoadedModel(directory: fixture.directory, pair: enFr) }
    #expect(error?.item == "word-penalty")
  }

  @Test func vocabularyOfAnotherModelIsRefused() throws {
    let fixture = try NativeFixture(
      model: ("toy_ssru_int8.bin", "model.bin"), vocabularies: [("trgvocab.spm", "vocab.spm")])
    let error = thrownError(FileError.self) { try LoadedModel(directory: fixture.directory, pair: enFr) }
    #expect(error?.item == "source vocabulary")
  }

  /// The pieces of `vocab.spm` as Marian's list, beside the model that makes them.
  /// - Parameter number: the id of a piece, of its id in `vocab.spm`.
  private func listed(number: (Int32) -> Int32) throws -> NativeFixture {
    let fixture = try NativeFixture(
      model: ("toy_ssru_f32.npz", "model.npz"),
      vocabularies: [("vocab.spm", "source.spm"), ("vocab.spm", "target.spm")], settings: NativeFixture.greedy)
    let path = fixture.directory + "/source.spm"
    let tokenizer = try MarianTokenizer(source: .sentencePiece(InputFile(path: path)), target: nil)
    let ids = (0..<64).map { Int32($0) }
    let lines = zip(ids, tokenizer.pieces(ids)).map { id, piece in
      let quoted = piece.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
      return "\"\(quoted)\": \(number(id))\n"
    }
    try fixture.folder.write("vocab.yml", text: lines.joined())
    return fixture
  }

  @Test func vocabularyListHasItsPieces() throws {
    try check("npz", listed { $0 })
  }

  @Test func differentEndOfSentenceIsRefused() throws {
    let fixture = try listed { 63 - $0 }
    let error = thrownError(FileError.self) { try LoadedModel(directory: fixture.directory, pair: enFr) }
    #expect(error?.item == "end of sentence")
    #expect(error?.found == "id 63 in the tokenizer")
  }

  @Test func attentionOfARecurrentDecoder() throws {
    let service = try service(binary())
    let cross = Outcome<AttentionAnswer>()
    let text = "a merchant waited"
    service.attention(
      AttentionRequest(text: text, source: "en", target: "fr", kinds: [.cross, .encoder]), completion: cross.receive)
    let answer = try cross.wait().get()
    #expect(answer.decoderTokens.first == "<s>")
    #expect(answer.decoderTokens.count == answer.targetTokens.count)
    for weights in answer.weights.values {
      let keys = weights.shape[3]
      for row in stride(from: 0, to: weights.values.count, by: keys) {
        #expect(abs(weights.values[row..<row + keys].reduce(0, +) - 1) < 1e-4)
      }
    }
    let decoder = Outcome<AttentionAnswer>()
    service.attention(
      AttentionRequest(text: text, source: "en", target: "fr", kinds: [.decoder]), completion: decoder.receive)
    guard case .failure(.noAttention("transformer-ssru", "decoder")) = decoder.wait() else {
      Issue.record("a recurrent decoder answered with self-attention")
      return
    }
  }
}
