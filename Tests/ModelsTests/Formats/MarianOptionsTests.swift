import Checkpoint
import Models
import Support
import Testing

@Suite struct MarianOptionsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let base = """
    dec-cell: ssru
    dec-depth: 2
    dim-emb: 32
    dim-vocabs:
      - 64
      - 64
    enc-depth: 3
    input-types: []
    tied-embeddings-all: true
    transformer-decoder-autoreg: rnn
    transformer-dim-ffn: 48
    transformer-ffn-activation: relu
    transformer-heads: 4
    transformer-postprocess: dan
    transformer-postprocess-top: ""
    transformer-preprocess: ""
    transformer-tied-layers:
      []
    type: transformer

    """

  private func options(_ yaml: String) throws -> MarianOptions {
    var builder = MarianBinaryBuilder()
    builder.add(options: yaml)
    return try MarianOptions(MarianBinaryFile(path: folder.write("model.bin", builder.bytes)))
  }

  /// - Parameter line: takes the place of the base's line with the same key, or is added.
  private func options(with line: String) throws -> MarianOptions {
    let key = line.prefix { $0 != ":" }
    let kept = Self.base.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
    return try options(kept.joined(separator: "\n") + "\n" + line + "\n")
  }

  @Test func readsSizesAndSwitches() throws {
    let options = try options(Self.base)
    #expect(options.modelDimension == 32)
    #expect(options.heads == 4)
    #expect(options.sourceVocabularySize == 64)
    #expect(options.encoderLayers == 3)
    #expect(options.decoderLayers == 2)
    #expect(options.encoderFeedForward.width == 48)
    #expect(options.encoderFeedForward.depth == 2)
    #expect(options.decoderFeedForward == options.encoderFeedForward)
    #expect(options.autoregression == .ssru(projects: false))
    #expect(options.embeddings == .one)
    #expect(options.activation == .relu)
    #expect(!options.normalizeBefore)
    #expect(options.hasOutputBias)
    #expect(options.decoderLayerNames == [1, 2])
    #expect(options.alignmentLayer == 2)
  }

  @Test func readsTheToyModels() throws {
    let selfAttention = try MarianOptions(NpzFile(path: ContainerFixture.toy("toy_selfattn_f32.npz")))
    #expect(selfAttention.autoregression == .selfAttention)
    #expect(selfAttention.activation == .swish)
    #expect(selfAttention.embeddings == .separate)
    #expect(selfAttention.targetVocabularySize == 80)
    let untied = try MarianOptions(NpzFile(path: ContainerFixture.toy("toy_untied_f32.npz")))
    #expect(untied.embeddings == .separateWithOutput)
    #expect(untied.activation == .gelu)
    #expect(untied.alignmentLayer == 1)
    let binary = try MarianOptions(MarianBinaryFile(path: ContainerFixture.toy("toy_ssru_int8.bin")))
    #expect(try binary == MarianOptions(NpzFile(path: ContainerFixture.toy("toy_ssru_f32.npz"))))
  }

  @Test func honoursOtherSwitches() throws {
    #expect(try options(with: "transformer-rnn-projection: true").autoregression == .ssru(projects: true))
    #expect(try options(with: "output-omit-bias: true").hasOutputBias == false)
    #expect(try options(with: "transformer-no-projection: true").projectsAttention == false)
    #expect(try options(with: "transformer-postprocess-emb: nd").normalizeEmbedding)
    #expect(try options(with: "transformer-postprocess-top: n").normalizeTop)
    #expect(try options(with: "transformer-decoder-dim-ffn: 64").decoderFeedForward.width == 64)
    #expect(try options(with: "transformer-decoder-dim-ffn: 64").encoderFeedForward.width == 48)
    #expect(try options(with: "transformer-guided-alignment-layer: 1").alignmentLayer == 1)
    #expect(try options(with: "transformer-guided-alignment-layer: none").alignmentLayer == nil)
    #expect(try options(with: "version: \"v1: \\\"x\\\"\" # why\r\n# a comment\r\nskip: 'it''s'").heads == 4)
  }

  @Test func readsPreNorm() throws {
    let yaml = Self.base.split(separator: "\n").filter {
      !$0.hasPrefix("transformer-preprocess") && !$0.hasPrefix("transformer-postprocess:")
    }.joined(separator: "\n")
    #expect(try options(yaml + "\ntransformer-preprocess: n\ntransformer-postprocess: da\n").normalizeBefore)
  }

  @Test func refusesOtherModelsByName() {
    let lines = [
      "type: s2s", "dim-emb: 33", "dim-emb: 2", "dim-emb: 99999999999999999999", "transformer-heads: 5",
      "transformer-heads: 0", "enc-depth: 0", "dec-depth: 1000000", "dec-cell: gru", "layer-normalization: true",
      "transformer-decoder-autoreg: average-attention", "transformer-ffn-activation: tanh",
      "transformer-preprocess: h", "transformer-postprocess: dhn", "transformer-postprocess: n",
      "transformer-postprocess-top: a", "transformer-postprocess-emb: nn", "lemma-dim-emb: 8",
      "transformer-train-position-embeddings: true", "ulr: true", "right-left: true", "transformer-pool: true",
      "transformer-guided-alignment-layer: 3", "transformer-attention-mask: alibi", "transformer-no-bias: true",
      "transformer-dim-ffn: -1", "transformer-ffn-depth: 1.5", "tied-embeddings-all: maybe",
    ]
    for line in lines {
      let key = String(line.prefix { $0 != ":" })
      let message = failureMessage { _ = try options(with: line) }
      #expect(message.contains(key), "\(line): \(message)")
    }
  }

  @Test func refusesOtherYAMLByLine() {
    let lines = [
      "a: {b: 1}", "a: [1, 2]", "a: &x 1", "a: *x", "a: |", "a: >", "a: !!int 1", "? a", "\ta: 1", "a: \"open",
      "a: 'open", "a: \"x\" y", "a: b: c", "nothing", "- item of nothing", "  a: 1", "a: \"\\q\"", "type: transformer",
      "a b: 1", "a: %x", "a: @x", "a: `x",
    ]
    for line in lines {
      let message = failureMessage { _ = try options("type: transformer\n" + line + "\n") }
      #expect(message.contains("special:model.yml, line 2"), "\(line): \(message)")
    }
  }

  @Test func refusesTextThatIsNotUTF8() throws {
    var builder = MarianBinaryBuilder()
    builder.add("special:model.yml", type: 0x0101, shape: [2], [0xFF, 0xFE], slack: 0)
    let path = try folder.write("model.bin", builder.bytes)
    #expect(failureMessage { _ = try MarianOptions(MarianBinaryFile(path: path)) }.contains("expected UTF-8"))
  }

  @Test func refusesAFileWithoutOptions() throws {
    var builder = MarianBinaryBuilder()
    builder.add("a", type: 0x0404, shape: [1, 1], ByteWriter.floats([1]))
    let path = try folder.write("model.bin", builder.bytes)
    #expect(failureMessage { _ = try MarianOptions(MarianBinaryFile(path: path)) }.contains("special:model.yml"))
  }
}
