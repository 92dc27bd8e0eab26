import Files
import Foundation
import Models
import Support
import Testing

/// Damaged configurations are refused with a `FileError` or are as good as any other; nothing traps.
@Suite struct ConfigurationFuzzTests {
  private let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? 2000

  @Test func configurationsSurviveMutations() throws {
    let source = try MarianFixture("marian-base").directory
    let files = try ["config.json", "generation_config.json"].map { name in
      (name, Array(try Data(contentsOf: URL(fileURLWithPath: source + "/" + name))))
    }
    let folder = try TemporaryFolder()
    var mutator = Mutator(seed: 8)
    var refused = 0
    for _ in 0..<rounds {
      for (name, bytes) in files { try folder.write(name, mutator.mutate(bytes)) }
      do {
        let opened = try ModelFolder(directory: folder.path)
        let configuration = try BARTConfiguration(opened.requiredConfiguration())
        _ = try GenerationConfiguration(opened, configuration: configuration)
      } catch is FileError {
        refused += 1
      }
    }
    #expect(refused > rounds / 2)
    #expect(refused < rounds)
  }

  /// Weights that fit are loaded; others are refused before they take memory.
  @Test(arguments: ["m2m", "mbart50", "t5", "umt5", "madlad"])
  func configurationsOfSeveralLanguagesSurviveMutations(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: TransformersFixture(name).directory)
    let files = try ["config.json", "generation_config.json", "tokenizer_config.json"].map { name in
      (name, Array(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))))
    }
    var mutator = Mutator(seed: 21)
    var refused = 0
    for _ in 0..<rounds / 4 {
      for (name, bytes) in files { try folder.write(name, mutator.mutate(bytes)) }
      do {
        let format = try ModelFormats.open(directory: folder.path)
        _ = try (format.loadModel(ModelPreferences()), format.loadTokenizer())
      } catch is FileError {
        refused += 1
      }
    }
    #expect(refused > 0 && refused < rounds / 4)
  }

  @Test func marianSettingsSurviveMutations() throws {
    let folder = try TemporaryFolder()
    try folder.copy(ContainerFixture.toy("toy_ssru_int8.bin"), as: "model.bin")
    try folder.write("vocab.spm", text: "")
    let yaml = """
      relative-paths: true
      models:
        - model.bin
      vocabs:
        - "vocab.spm"
        - 'vocab.spm'
      beam-size: 1   # greedy
      normalize: 1.0
      max-length-factor: 2.5
      skip: []
      """
    var mutator = ContainerMutator(seed: 5)
    var refused = 0
    for _ in 0..<rounds {
      try folder.write("decoder.yml", mutator.mutate(Array(yaml.utf8), hot: []))
      do { _ = try MarianFormat(directory: folder.path) } catch is FileError { refused += 1 }
    }
    #expect(refused > 0 && refused < rounds)
  }
}
