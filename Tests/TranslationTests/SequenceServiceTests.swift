import Files
import Models
import Support
import Testing
import Translation

/// Recurrent and convolutional folders through the whole service: every token of the tiny checkpoints is a letter here.
struct SequenceServiceTests {
  private let pair = LanguagePair(source: "en", target: "fr")

  private static func letter(_ id: Int32) -> String { String(UnicodeScalar(UInt8(ascii: "a") + UInt8(id))) }

  /// Without the end of sentence.
  private static func word(_ ids: [Int32]) -> String { ids.dropLast().map(letter).joined() }

  private func service(_ fixture: SequenceFixture) throws -> TranslationService {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: fixture.directory)
    let configuration = try ConfigurationFile(path: folder.path + "/config.json")
    for (file, size) in [("vocab.json", "vocab_size"), ("target_vocab.json", "decoder_vocab_size")] {
      let all = try configuration.integer("vocab_size", in: 2...26)
      let count = try configuration.integer(size, in: 2...26, default: all)
      let pad = try configuration.integer("pad_token_id", in: 1...25)
      let pieces = (0..<count).map { id in
        let piece = id == 0 ? "</s>" : id == pad ? "<pad>" : Self.letter(Int32(id))
        return "\"\(piece)\":\(id)"
      }
      try folder.write(file, text: "{" + pieces.joined(separator: ",") + "}")
    }
    try folder.write("tokenizer_config.json", text: #"{"tokenizer_class":"LetterTokenizer","unk_token":"</s>"}"#)
    return try TranslationService(
      configuration: ServiceConfiguration(modelDirectories: [], workers: 1),
      models: [LoadedModel(directory: folder.path, pair: pair, preferences: ModelPreferences())])
  }

  private func translate(_ texts: [String], _ service: TranslationService) throws -> [String] {
    let outcome = Outcome<[TranslatedText]>()
    service.translate(
      TranslationRequest(texts: texts, source: "en", target: "fr"), completion: outcome.receive)
    return try outcome.wait().get().map(\.text)
  }

  private func attention(
    _ kinds: [AttentionKind], _ fixture: SequenceFixture, sentence: Int
  ) throws -> Result<AttentionAnswer, TranslationError> {
    let outcome = Outcome<AttentionAnswer>()
    try service(fixture).attention(
      AttentionRequest(
        text: Self.word(fixture.expected.sources[sentence]), source: "en", target: "fr",
        translation: Self.word(fixture.expected.targets[sentence]), kinds: kinds, layers: nil, heads: .all, sentence: 0),
      completion: outcome.receive)
    return outcome.wait()
  }

  @Test(arguments: SequenceFixture.names)
  func wordsTogetherAndAlone(name: String) throws {
    let fixture = try SequenceFixture(name)
    let service = try service(fixture)
    let words = fixture.expected.sources.map(Self.word)
    let expected = fixture.expected.greedy.map(Self.word)
    #expect(try translate(words, service) == expected)
    for (word, translation) in zip(words, expected) { #expect(try translate([word], service) == [translation]) }
  }

  @Test(arguments: SequenceFixture.attending)
  func attentionHasTheShapeOfATransformers(name: String) throws {
    let fixture = try SequenceFixture(name)
    let answer = try attention([.cross], fixture, sentence: 0).get()
    let expected = try fixture.crossAttention(0)
    let weights = try #require(answer.weights[.cross])
    let (target, source) = (fixture.expected.targets[0].count, fixture.expected.sources[0].count)
    #expect(weights.shape == [expected.count / (target * source), 1, target, source])
    #expect(weights.heads == [0])
    #expect(weights.values.count == expected.count)
    #expect(zip(weights.values, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(try attention([], fixture, sentence: 0).get().weights.keys.elementsEqual([.cross]))
    guard case .failure(.noAttention(_, "encoder")) = try attention([.encoder], fixture, sentence: 0) else {
      Issue.record("an encoder without attention of its own gave some")
      return
    }
  }

  @Test(arguments: SequenceFixture.plain)
  func missingAttentionIsRefusedByName(name: String) throws {
    for kinds in [[AttentionKind.cross], []] {
      let cell = name.split(separator: "-")[1]
      guard
        case .failure(.noAttention(let architecture, "cross")) = try attention(
          kinds, SequenceFixture(name), sentence: 0)
      else {
        Issue.record("a decoder without attention gave some")
        return
      }
      #expect(architecture == cell)
    }
  }
}
