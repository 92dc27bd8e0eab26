import Checkpoint
import Files
import Support
import Testing

@Suite struct CTranslate2FileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ change: (inout CTranslate2Builder) -> Void) throws -> CTranslate2File {
    var builder = CTranslate2Builder()
    builder.add("a/weight", type: 1, shape: [2, 3], [1, 2, 3, 0xFF, 0xFE, 0xFD])
    builder.add("a/weight_scale", type: 0, shape: [2], ByteWriter.floats([2, 4]))
    builder.add("b", type: 4, shape: [2], [0, 0x3C, 0, 0xC0])
    builder.add("c", type: 5, shape: [1, 2], [0x80, 0x3F, 0, 0xC0])
    builder.add("n", type: 2, shape: [], [8, 0])
    builder.aliases = [("z/weight", "a/weight")]
    change(&builder)
    return try CTranslate2File(path: folder.write("model.bin", builder.bytes))
  }

  @Test func readsVariablesAndAliases() throws {
    let file = try open { _ in }
    #expect(file.version == 6 && file.specification == "TransformerSpec" && file.revision == 7)
    #expect(file.tensors.map(\.name) == ["a/weight", "a/weight_scale", "b", "c", "n"])
    #expect(file.tensors.map(\.shape) == [[2, 3], [2], [2], [1, 2], []])
    #expect(file.tensors.map(\.type) == [.int8, .float32, .float16, .bfloat16, .int16])
    #expect(try file.tensor("b").floats() == [1, -2])
    #expect(try file.tensor("c").floats() == [1, -2])
    #expect(try file.tensor("z/weight").range == file.tensor("a/weight").range)
    #expect(try file.tensor("z/weight_scale").floats() == [2, 4])
    #expect(Set(file.names) == ["a/weight", "a/weight_scale", "b", "c", "n", "z/weight", "z/weight_scale"])
  }

  @Test(arguments: 1...3) func readsOldVersions(version: UInt32) throws {
    let file = try open {
      $0.version = version
      if version < 3 { $0.aliases = [] }
      $0.variables = []
      $0.add(
        "transformer/encoder/layer_0/multi_head/conv1d_1/kernel:0", type: 4, shape: [2], ByteWriter.floats([1, 2]))
      $0.add("transformer/decoder/layer_0/multi_head/conv1d/bias:0", type: 2, shape: [2], [1, 0, 2, 0])
      $0.add("transformer/decoder/layer_0/masked_multi_head/LayerNorm/beta:0", type: 1, shape: [3], [1, 2, 3])
      $0.add("transformer/decoder/dense/kernel:0", type: 1, shape: [], [1])
      $0.add("transformer/encoder/w_embs:0", type: 1, shape: [], [1])
      $0.aliases = version < 3 ? [] : [("twin", "transformer/encoder/w_embs:0")]
    }
    #expect(file.tensors.map(\.type) == [.float32, .int16, .int8, .int8, .int8])
    guard version == 1 else { return #expect(file.tensors[0].name.hasPrefix("transformer/")) }
    #expect(
      file.tensors.map(\.name) == [
        "encoder/layer_0/self_attention/linear_1/weight", "decoder/layer_0/attention/linear_0/bias",
        "decoder/layer_0/self_attention/layer_norm/beta", "decoder/projection/weight", "encoder/embeddings/weight",
      ])
  }

  @Test func isToldFromMarianByItsBytes() throws {
    func recognises(_ bytes: [UInt8]) throws -> Bool {
      try CTranslate2File.recognises(InputFile(path: folder.write("model.bin", bytes)))
    }
    for version: UInt32 in 1...7 {
      var builder = CTranslate2Builder()
      builder.version = version
      builder.add("a", type: 1, shape: [], [1])
      #expect(try recognises(builder.bytes), "version \(version)")
    }
    #expect(try !recognises(ContainerFixture.bytes(ContainerFixture.toy("toy_ssru_int8.bin"))))
    #expect(try !recognises(ContainerFixture.bytes(ContainerFixture.pytorch("mixed.bin"))))
    #expect(try !recognises([]))
    #expect(try !recognises([6, 0, 0, 0]))
    #expect(try !recognises([6, 0, 0, 0, 5, 0, 1, 2, 3, 4, 0]))
  }

  @Test func refusesEveryTruncation() throws {
    let whole = try ContainerFixture.bytes(CTranslate2Fixture("t5-tied-int8").directory + "/model.bin")
    for length in Array(0..<200) + Array(stride(from: 200, to: whole.count, by: 97)) {
      let path = try folder.write("cut.bin", Array(whole.prefix(length)))
      #expect(failureMessage { _ = try CTranslate2File(path: path) }.contains("cut.bin"), "\(length)")
    }
  }

  @Test func refusesWrongParts() {
    let changes: [(String, (inout CTranslate2Builder) -> Void)] = [
      ("version: found 7, expected 1 to 6", { $0.version = 7 }), ("version: found 0", { $0.version = 0 }),
      ("number of variables", { $0.count = .max }), ("number of variables", { $0.count = 100 }),
      ("6 bytes, expected as many as", { $0.variables[0].shape = [2, 4] }),
      ("expected as many as", { $0.variables[0].size = .max }),
      ("expected as many as", { $0.variables[0].shape = [.max, .max, .max, .max] }),
      ("9 dimensions", { $0.variables[0].rank = 9 }), ("type 6, expected 0 to 5", { $0.variables[0].type = 6 }),
      ("elements of 3 bytes", { ($0.version, $0.variables[0].type) = (3, 3) }),
      ("the name twice", { $0.variables[2].name = "c" }), ("the name twice", { $0.aliases[0].name = "b" }),
      ("the variable nothing, expected a variable", { $0.aliases[0].variable = "nothing" }),
      ("number of aliases", { $0.aliasCount = .max }), ("1 bytes after the last part", { $0.tail = [0] }),
      ("UTF-8 with one NUL", { $0.variables[0].name = "a\0b" }),
      ("1 to 512", { $0.variables[0].name = String(repeating: "a", count: 600) }),
      ("bytes that follow", { ($0.variables[4].shape, $0.variables[4].size) = ([1 << 20], 2 << 20) }),
    ]
    for (message, change) in changes {
      let found = failureMessage { _ = try open(change) }
      #expect(found.contains(message), "\(found) lacks \(message)")
    }
  }
}
