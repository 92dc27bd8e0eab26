import Checkpoint
import Files
import Support
import Testing

@Suite struct PyTorchFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Opens a state dictionary with the value that the body writes after the name "w".
  private func open(byteOrder: String? = "little", _ value: (inout PickleBuilder) -> Void) throws -> PyTorchFile {
    try open(archive: byteOrder) {
      $0.op("}")
      $0.text("w")
      value(&$0)
      $0.op("s")
    }
  }

  private func open(archive byteOrder: String?, _ pickle: (inout PickleBuilder) -> Void) throws -> PyTorchFile {
    var builder = PickleBuilder()
    pickle(&builder)
    let archive = PickleBuilder.archive(builder.bytes, byteOrder: byteOrder)
    return try PyTorchFile(path: folder.write("pytorch_model.bin", archive.bytes))
  }

  @Test func readsBuiltDictionaries() throws {
    #expect(try open { $0.tensor() }.tensor("w").floats() == [0, 1, 2, 3, 4, 5])
    #expect(try open(byteOrder: nil) { $0.tensor(offset: 4, shape: [2], strides: [1]) }.tensor("w").floats() == [4, 5])
  }

  @Test func readsEveryElementType() throws {
    let file = try PyTorchFile(path: ContainerFixture.pytorch("mixed.bin"))
    let types: [(String, ElementType)] = [
      ("float64", .float64), ("float32", .float32), ("float16", .float16), ("bfloat16", .bfloat16), ("int64", .int64),
      ("int32", .int32), ("int16", .int16), ("int8", .int8), ("uint8", .uint8), ("bool", .bool),
    ]
    for (name, type) in types { #expect(try file.tensor(name).type == type) }
    #expect(try file.tensor("float64").floats() == [0.5, -1.25])
    #expect(try file.tensor("float16").floats() == [1.5, -2])
    #expect(try file.tensor("bfloat16").floats() == [1.5, -2, 3])
    #expect(try file.tensor("view").floats() == [6, 7, 8, 9, 10, 11])
    #expect(try file.tensor("view").shape == [3, 2])
    #expect(try file.tensor("tied").range == file.tensor("float32").range)
    #expect(try file.tensor("scalar").shape == [])
    #expect(try file.tensor("scalar").floats() == [2.5])
    #expect(try file.tensor("empty").floats() == [])
    #expect(try file.tensor("one row").floats() == [0, 1, 2, 3, 4])
    #expect(try file.tensor("parameter").floats() == [7])
    #expect(file.tensors.count == 16)
  }

  @Test func deflatedStoragesAreRead() throws {
    let stored = try PyTorchFile(path: ContainerFixture.pytorch("mixed.bin"))
    let deflated = try PyTorchFile(path: ContainerFixture.pytorch("deflated.bin"))
    #expect(deflated.tensors.map(\.name) == stored.tensors.map(\.name))
    for tensor in stored.tensors {
      let bytes = try deflated.tensor(tensor.name).withBytes { Array($0) }
      #expect(try tensor.withBytes { Array($0) } == bytes, "\(tensor.name)")
    }
    #expect(try deflated.tensor("tied").file === deflated.tensor("float32").file)
  }

  @Test func valuesEqualThoseOfSafetensors() throws {
    let file = try PyTorchFile(path: ContainerFixture.pytorch("tiny/pytorch_model.bin"))
    let reference = try SafetensorsFile(path: ContainerFixture.pytorch("tiny/model.safetensors"))
    #expect(file.tensors.count == reference.tensors.count)
    for tensor in reference.tensors {
      #expect(try file.tensor(tensor.name).shape == tensor.shape)
      #expect(try file.tensor(tensor.name).floats() == tensor.floats(), "\(tensor.name)")
    }
  }

  @Test func safetensorsTakePrecedenceOverPyTorch() throws {
    func weights() throws -> any TensorSource { try PublishedWeights.open(in: ModelFolder(directory: folder.path)) }
    #expect(failureMessage { _ = try weights() }.contains("weights: found no such file"))
    for name in ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"] {
      try folder.copy(ContainerFixture.pytorch("sharded/" + name), as: name)
    }
    let index = "pytorch_model.bin.index.json"
    try folder.copy(ContainerFixture.pytorch("sharded/" + index), as: index)
    let whole = try PyTorchFile(path: ContainerFixture.pytorch("tiny/pytorch_model.bin"))
    let sharded = try weights()
    #expect(sharded is ShardedTensors)
    for tensor in whole.tensors { #expect(try sharded.tensor(tensor.name).floats() == tensor.floats()) }
    try folder.copy(ContainerFixture.pytorch("tiny/pytorch_model.bin"), as: "pytorch_model.bin")
    #expect(try weights() is PyTorchFile)
    try folder.copy(ContainerFixture.pytorch("tiny/model.safetensors"), as: "model.safetensors")
    #expect(try weights() is SafetensorsFile)
  }

  @Test func refusesNonContiguousTensors() {
    let message = failureMessage { _ = try PyTorchFile(path: ContainerFixture.pytorch("strided.bin")) }
    #expect(message.contains("strided: found size [3, 2] with strides [1, 3]"))
  }

  @Test func refusesOtherNames() {
    for (module, name) in [
      ("os", "system"), ("builtins", "eval"), ("torch", "load"), ("torch", "FloatTensor"), ("__builtin__", "getattr"),
      ("torch._utils", "_rebuild_sparse_tensor"), ("collections", "Counter"),
    ] {
      let message = failureMessage {
        _ = try open {
          $0.global(module, name)
          $0.op("(")
          $0.text("true")
          $0.op("tR")
        }
      }
      #expect(message.contains("the name \(module).\(name)"), "\(message)")
      let stacked = failureMessage {
        _ = try open {
          $0.text(module)
          $0.text(name)
          $0.op([0x93])
        }
      }
      #expect(stacked.contains("the name \(module).\(name)"), "\(stacked)")
    }
  }

  @Test func refusesOtherInstructions() {
    for (code, name) in [
      (UInt8(ascii: "i"), "INST"), (UInt8(ascii: "o"), "OBJ"), (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"),
      (UInt8(ascii: "S"), "STRING"), (UInt8(ascii: "0"), "POP"), (0x82, "EXT1"), (UInt8(ascii: "P"), "PERSID"),
      (0x8F, "EMPTY_SET"), (0xFF, "0xff"),
    ] {
      let message = failureMessage { _ = try open { $0.op([code]) } }
      #expect(message.contains("the instruction \(name)"), "\(message)")
    }
  }

  @Test func refusesWrongNumbers() {
    let cases: [(String, (inout PickleBuilder) -> Void)] = [
      ("w: found 6 elements at 1", { $0.tensor(offset: 1) }), ("w: found 6 elements at", { $0.tensor(offset: .max) }),
      ("w: found size", { $0.tensor(shape: [.max, 2], strides: [2, 1]) }),
      ("w: found size", { $0.tensor(shape: [2, 3], strides: [0, 0]) }),
      ("w: found 24 bytes in data/0", { $0.tensor(count: 7) }), ("w: found 24 bytes", { $0.tensor(count: .max) }),
      ("w: found 24 bytes", { $0.tensor(type: "DoubleStorage") }), ("no member data/1", { $0.tensor(key: "1") }),
      ("no member data/../0", { $0.tensor(key: "../0") }), ("a negative number", { $0.tensor(shape: [-2, -3]) }),
      ("a negative number", { $0.tensor(offset: -1) }), ("strides", { $0.tensor(strides: [1]) }),
      ("persistent id", { $0.tensor(count: -1) }), ("9 dimensions", { $0.tensor(shape: .ones, strides: .ones) }),
      ("w: found an int", { $0.integer(3) }), ("w: found a dictionary", { $0.op("}") }),
      ("w: found a tuple", { $0.op(")") }),
    ]
    for (message, change) in cases {
      let found = failureMessage { _ = try open(change) }
      #expect(found.contains(message), "\(found) lacks \(message)")
    }
  }

  @Test func refusesWrongStacks() {
    let cases: [(String, (inout PickleBuilder) -> Void)] = [
      ("0 values at the end", { _ in }), ("2 values at the end", { $0.op("NN") }), ("empty stack", { $0.op("s") }),
      ("empty stack", { $0.op("N(q\u{0}") }), ("no mark", { $0.op("u") }), ("a call of None", { $0.op("N)R") }),
      ("memo 5", { $0.op("h\u{5}") }), ("memo 7", { $0.op("Nq\u{7}") }), ("attributes for None", { $0.op("NNb") }),
      ("expected a list", { $0.op("NNa") }), ("pairs for a dictionary", { $0.op("}(NNNu") }),
      ("more marks", { $0.op(String(repeating: "(", count: 300)) }),
      ("a deeper stack", { $0.op(String(repeating: "N", count: 20_000)) }),
      ("more objects", { $0.op(String(repeating: ")", count: 3000)) }), ("data.pkl: found None", { $0.op("N") }),
      ("data.pkl: found a tensor", { $0.tensor() }), ("the end of the pickle", { $0.op("X\u{7F}\u{7F}") }),
      ("an int of 9 bytes", { $0.op([0x8A, 9]) }),
      ("protocol 9", { $0.op([0x80, 9]) }),
      ("no end of a name", { $0.op("c" + String(repeating: "x", count: 300)) }),
    ]
    for (message, change) in cases {
      let found = failureMessage { _ = try open(archive: nil, change) }
      #expect(found.contains("data.pkl") && found.contains(message), "\(found) lacks \(message)")
    }
  }

  @Test func refusesOtherArchives() throws {
    #expect(failureMessage { _ = try open(byteOrder: "big") { $0.tensor() } }.contains("byteorder: found \"big\""))
    let legacy = failureMessage { _ = try PyTorchFile(path: ContainerFixture.pytorch("legacy.bin")) }
    #expect(legacy.contains("before version 1.6"))
    var none = ZipBuilder()
    none.add("archive/other", [1])
    let path = try folder.write("none.bin", none.bytes)
    #expect(failureMessage { _ = try PyTorchFile(path: path) }.contains("data.pkl: found 0 of them"))
    let twice = failureMessage {
      _ = try open {
        $0.tensor()
        $0.op("s")
        $0.text("w")
        $0.tensor()
      }
    }
    #expect(twice.contains("w: found the name twice"))
  }
}

extension [Int] {
  fileprivate static let ones = [Int](repeating: 1, count: 9)
}
