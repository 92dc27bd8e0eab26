import Checkpoint
import Models
import Support
import Testing

@Suite struct MarianFormatTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.copy(ContainerFixture.toy("toy_ssru_int8.bin"), as: "model.xxyy.bin")
    try folder.write("vocab.xxyy.spm", text: "")
  }

  private func open() throws -> MarianFormat { try MarianFormat(directory: folder.path) }
  private func message() -> String { failureMessage { _ = try open() } }

  @Test func filesAreFoundByTheirNames() throws {
    try folder.copy(ContainerFixture.toy("toy.s2t.bin"), as: "lex.50.50.xxyy.s2t.bin")
    let found = try open()
    #expect(found.modelPath == folder.path + "/model.xxyy.bin")
    #expect(found.options.modelDimension == 32)
    #expect(found.vocabularies.source.name == found.vocabularies.target.name)
    #expect(found.vocabularies.source.kind == .sentencePiece)
    #expect(found.decoding == .firefox)
    #expect(try found.shortlist()?.sourceVocabularySize == 64)
    #expect(found.tensors.contains("Wemb"))
  }

  @Test func aShortlistIsOptional() throws {
    #expect(try open().shortlistName == nil)
    #expect(try open().shortlist() == nil)
  }

  @Test func separateVocabulariesAreFound() throws {
    try folder.write("srcvocab.xx.spm", text: "")
    #expect(message().contains("found only srcvocab.xx.spm"))
    try folder.write("trgvocab.yy.spm", text: "")
    let vocabularies = try open().vocabularies
    #expect(vocabularies.source != vocabularies.target)
    #expect(vocabularies.target.name == "trgvocab.yy.spm")
  }

  @Test func settingsNameTheFiles() throws {
    try folder.copy(ContainerFixture.toy("toy_ssru_f32.npz"), as: "best.npz")
    try folder.write("words.vocab.yml", text: "</s>: 0\n")
    try folder.write("source.spm", text: "")
    try folder.write(
      "decoder.yml",
      text: """
        relative-paths: true
        models:
          - best.npz
        vocabs:
          - words.vocab.yml
          - words.vocab.yml
        beam-size: 6
        normalize: 0.6
        word-penalty: 0.5
        max-length-break: 60

        """)
    let found = try open()
    #expect(found.modelPath.hasSuffix("/best.npz"))
    #expect(found.tensors is NpzFile)
    #expect(found.vocabularies.source.kind == .list(pieces: "source.spm"))
    #expect(found.vocabularies.target.kind == .list(pieces: nil))
    #expect(found.vocabularies.source.name == found.vocabularies.target.name)
    #expect(
      found.decoding
        == MarianDecoding(
          beam: 6, normalize: 0.6, wordPenalty: 0.5, maxLengthFactor: 3, maxSourceTokens: 60, allowsUnknown: false))
  }

  @Test func absentSettingsHaveTheDecodersDefaults() throws {
    try folder.write("config.yml", text: "beam-size: 4\r\nallow-unk: true\r\n")
    #expect(
      try open().decoding
        == MarianDecoding(
          beam: 4, normalize: 0, wordPenalty: 0, maxLengthFactor: 3, maxSourceTokens: 128, allowsUnknown: true))
  }

  @Test func shortlistIsVerifiedUnlessSwitchedOff() throws {
    var bytes = try ContainerFixture.bytes(ContainerFixture.toy("toy.s2t.bin"))
    bytes[24] ^= 1
    try folder.write("lex.bin", bytes)
    let unsaid = try open()
    #expect(failureMessage { _ = try unsaid.shortlist() }.contains("checksum"))
    try folder.write("config.yml", text: "shortlist:\n    - lex.bin\n    - false\n")
    #expect(try open().shortlist() != nil)
  }

  @Test func brokenPackedFilesAreRefusedByName() throws {
    try folder.write("lex.xxyy.s2t.bin.gz", [0x1F, 0x8B, 8, 0])
    let found = try open()
    #expect(failureMessage { _ = try found.shortlist() }.contains("lex.xxyy.s2t.bin.gz: packed data: found"))
  }

  @Test func refusesAmbiguousChoicesByName() throws {
    try folder.copy(ContainerFixture.toy("toy_ssru_f32.npz"), as: "model.npz")
    #expect(message().contains("model: found several: model.npz, model.xxyy.bin"))
    try folder.write("config.a.yml", text: "models:\n  - model.npz\n")
    #expect(try open().modelPath.hasSuffix("/model.npz"))
    try folder.write("config.b.yml", text: "models:\n  - model.npz\n")
    #expect(message().contains("settings: found several: config.a.yml, config.b.yml"))
    try folder.write("decoder.yml", text: "models:\n  - model.xxyy.bin\n")
    try folder.write("vocab.b.spm", text: "")
    #expect(message().contains("vocabulary: found several: vocab.b.spm, vocab.xxyy.spm"))
  }

  @Test(arguments: ["/etc/passwd", "../model.xxyy.bin", "a/../../x.bin", "\"\""])
  func refusesPathsThatLeaveTheFolder(_ name: String) throws {
    try folder.write("decoder.yml", text: "models:\n  - \(name)\n")
    #expect(message().contains("expected the name of a file in this folder"))
  }

  @Test func refusesOtherSettingsByName() throws {
    let cases = [
      ("models:\n  - a.npz\n  - b.npz\n", "models: found 2 files"), ("vocabs:\n  - a.spm\n", "vocabs: found 1 files"),
      ("beam-size: 0\n", "beam-size"), ("beam-size: 1000000\n", "beam-size"), ("normalize: nan\n", "normalize"),
      ("max-length-factor: -1\n", "max-length-factor"), ("max-length-break: 1\n", "max-length-break"),
      ("word-penalty: 1e30\n", "word-penalty"),
      ("output-sampling: full\n", "output-sampling"), ("force-decode: true\n", "force-decode"),
      ("shortlist:\n  - lex.txt\n  - 50\n", "expected a binary shortlist"), ("models:\n  - m.pt\n", "no such file"),
      ("models:\n  - vocab.xxyy.spm\n", "a .bin or .npz"), ("vocabs:\n  - model.xxyy.bin\n  - x\n", "a SentencePiece"),
    ]
    for (yaml, expected) in cases {
      try folder.write("decoder.yml", text: yaml)
      #expect(message().contains(expected), "\(message()) lacks \(expected)")
    }
  }
}
