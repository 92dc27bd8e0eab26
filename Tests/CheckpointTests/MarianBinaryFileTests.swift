import Checkpoint
import Support
import Testing

@Suite struct MarianBinaryFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func open(_ change: (inout MarianBinaryBuilder) -> Void) throws -> MarianBinaryFile {
    var builder = MarianBinaryBuilder()
    builder.add("a", type: 0x0404, shape: [1, 2], ByteWriter.floats([1, -2]))
    builder.add("b", type: 0x0402, shape: [2], [0, 0x3C, 0, 0xC0])
    builder.add(options: "type: transformer\n")
    change(&builder)
    return try MarianBinaryFile(path: folder.write("model.bin", builder.bytes))
  }

  @Test func readsItems() throws {
    let file = try open { _ in }
    #expect(file.tensors.map(\.name) == ["a", "b"])
    #expect(file.tensors.map(\.shape) == [[1, 2], [2]])
    #expect(try file.tensor("a").floats() == [1, -2])
    #expect(try file.tensor("b").floats() == [1, -2])
    #expect(file.contains("special:model.yml"))
    #expect(!file.contains("c"))
    #expect(failureMessage { _ = try file.tensor("c") }.contains("c: found no such tensor"))
  }

  /// The `.npz`, which NumPy wrote of the same model, holds the dequantised values.
  @Test func readsTheSameModelAsNpz() throws {
    let binary = try MarianBinaryFile(path: ContainerFixture.toy("toy_ssru_int8.bin"))
    let npz = try NpzFile(path: ContainerFixture.toy("toy_ssru_f32.npz"))
    #expect(binary.tensors.filter { !$0.name.hasSuffix("_QuantMultA") }.count == npz.tensors.count)
    for tensor in npz.tensors {
      let stored = try binary.tensor(tensor.name)
      #expect(stored.shape == tensor.shape)
      #expect(try stored.floats() == tensor.floats(), "\(tensor.name)")
      #expect(try stored.linearWeights() == tensor.linearWeights(), "\(tensor.name)")
    }
  }

  @Test func refusesEveryTruncation() throws {
    let whole = try ContainerFixture.bytes(ContainerFixture.toy("toy_ssru_int8.bin"))
    for length in Array(0..<200) + Array(stride(from: 200, to: whole.count, by: 997)) {
      let path = try folder.write("cut.bin", Array(whole.prefix(length)))
      #expect(failureMessage { _ = try MarianBinaryFile(path: path) }.contains("cut.bin"), "\(length)")
    }
  }

  @Test(arguments: [
    (0x0802 as UInt64, "packed16"), (0x1801, "packed8avx2"), (0x2801, "packed8avx512"), (0x9999, "type 0x9999"),
  ])
  func refusesOtherTypes(_ type: UInt64, _ name: String) {
    #expect(failureMessage { _ = try open { $0.items[0].type = type } }.contains("a: found \(name)"))
  }

  @Test func refusesOtherVersions() {
    #expect(failureMessage { _ = try open { $0.version = 2 } }.contains("version: found 2, expected 1"))
  }

  @Test func refusesWrongNumbers() {
    let huge = UInt64.max
    let changes: [(String, (inout MarianBinaryBuilder) -> Void)] = [
      ("number of items", { $0.count = huge }), ("number of items", { $0.count = 1 << 40 }),
      ("number of items", { $0.count = 1000 }), ("length of the name", { $0.items[0].nameLength = huge }),
      ("length of the name", { $0.items[0].nameLength = 0 }), ("length of the name", { $0.items[0].nameLength = 1 }),
      ("name at byte", { $0.items[0].nameLength = 3 }), ("rank", { $0.items[0].rank = 0 }),
      ("rank", { $0.items[0].rank = huge }), ("payload", { $0.items[0].payloadLength = 7 }),
      ("payload", { $0.items[0].payloadLength = huge }), ("special:model.yml", { $0.items[0].payloadLength = 14 }),
      ("after the last item", { $0.items[0].payloadLength = 12 }), ("after the last item", { $0.tail = [0] }),
      ("filler length", { $0.padding = huge }), ("filler", { $0.padding = 500_000 }),
      ("dimension 0", { $0.items[0].shape = [0, 2] }), ("dimension -1", { $0.items[0].shape = [-1, 2] }),
      ("payload, expected at least", { $0.items[0].shape = [2, 2] }),
      ("a size that fits 64 bits", { $0.items[0].shape = [.max, .max, .max, .max] }),
      ("the name twice", { $0.items[1].name = "a" }), ("the name twice", { $0.items[0].name = "special:model.yml" }),
      ("UTF-8 with one NUL", { $0.items[0].name = "\0" }),
    ]
    for (message, change) in changes {
      let found = failureMessage { _ = try open(change) }
      #expect(found.contains(message), "\(found) lacks \(message)")
    }
  }
}
