import Checkpoint
import Files
import Models
import Support
import Testing

struct MarianFolderTests {
  @Test(arguments: MarianFixture.names)
  func everyFixtureOpens(name: String) throws {
    let fixture = try MarianFixture(name)
    let folder = try HuggingFaceMarianFormat(directory: fixture.directory)
    let configuration = folder.configuration
    let shape = [configuration.encoder.feedForward, configuration.modelDimension]
    _ = try folder.tensors.tensor("model.encoder.layers.0.fc1.weight").expecting(shape: shape)
    let bias = try folder.tensors.tensor("final_logits_bias").expecting(shape: [1, configuration.targetVocabularySize])
    #expect(try bias.floats().allSatisfy(\.isFinite))
    #expect(folder.generation.beam == 4)
    #expect(
      folder.tensors.contains("model.encoder.embed_positions.weight") == !configuration.staticPositionEmbeddings)
  }

  @Test func switchesOfTheFixturesAreRead() throws {
    let types = try MarianFixture.names.map {
      try HuggingFaceMarianFormat(directory: MarianFixture($0).directory).tensors.tensor("final_logits_bias").type
    }
    #expect(types == [.float32, .float16, .float32, .bfloat16])
    let untied = try HuggingFaceMarianFormat(directory: MarianFixture("marian-untied").directory)
    #expect(untied.tensors is ShardedTensors)
    #expect(untied.configuration.targetVocabularySize == 96)
    #expect(untied.generation.earlyStopping == .always)
    let prenorm = try HuggingFaceMarianFormat(directory: MarianFixture("marian-prenorm-gelu").directory)
    #expect(prenorm.configuration.normalizeBefore && prenorm.configuration.addFinalLayerNorm)
    #expect(prenorm.generation.lengthPenalty == 0.6)
  }

  @Test func safetensorsTakePrecedenceOverAPickle() throws {
    let folder = try TemporaryFolder()
    try folder.copyFiles(of: MarianFixture("marian-base").directory)
    try folder.write("pytorch_model.bin", text: "no pickle")
    #expect(try HuggingFaceMarianFormat(directory: folder.path).tensors is SafetensorsFile)
    try folder.remove("model.safetensors")
    let broken = thrownError(FileError.self) { try HuggingFaceMarianFormat(directory: folder.path) }
    #expect(broken?.file == folder.path + "/pytorch_model.bin")
    try folder.remove("pytorch_model.bin")
    let missing = thrownError(FileError.self) { try HuggingFaceMarianFormat(directory: folder.path) }
    #expect(missing?.item == "weights")
  }
}
