import Checkpoint
import Models
import Support
import Testing

@Suite struct ModelFormatsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func huggingFaceFoldersAreRecognised() throws {
    try folder.copy(ContainerFixture.pytorch("tiny/config.json"), as: "config.json")
    try folder.copy(ContainerFixture.pytorch("tiny/pytorch_model.bin"), as: "pytorch_model.bin")
    let found = try #require(ModelFormats.open(directory: folder.path) as? HuggingFaceMarianFormat)
    #expect(found.configuration.modelDimension == 8)
  }

  @Test func marianFoldersAreRecognised() throws {
    try folder.copy(ContainerFixture.toy("toy_untied_f32.npz"), as: "opus.npz")
    try folder.write("opus.vocab.yml", text: "")
    let found = try #require(ModelFormats.open(directory: folder.path) as? MarianFormat)
    #expect(found.options.decoderLayers == 1)
  }

  @Test func missingAndBrokenFilesAreNamed() throws {
    let missing = failureMessage { _ = try ModelFormats.open(directory: folder.path + "/none") }
    #expect(missing.contains("/none: cannot be read: "))
    let empty = failureMessage { _ = try ModelFormats.open(directory: folder.path) }
    #expect(empty.contains("config.json (Hugging Face), or model*.bin, *.npz"))
    try folder.write("model.xxyy.bin.gz", [0x1F, 0x8B])
    let packed = failureMessage { _ = try ModelFormats.open(directory: folder.path) }
    #expect(packed.contains("model.xxyy.bin.gz: packed data: found other bytes"))
  }
}
