import Checkpoint
import Support
import Testing

@Suite struct NpzFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func array(
    _ content: [UInt8] = ByteWriter.floats([1, 2, 3]), type: String = "<f4", order: String = "False",
    shape: String = "(3,)", version: UInt8 = 1
  ) -> [UInt8] {
    let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }\n"
    return array(header: text, version: version) + content
  }

  private static func array(header: String, version: UInt8 = 1) -> [UInt8] {
    var writer = ByteWriter(bytes: [0x93] + Array("NUMPY".utf8) + [version, 0])
    if version == 1 { writer.put(UInt16(header.utf8.count)) } else { writer.put(UInt32(header.utf8.count)) }
    writer.put(header)
    return writer.bytes
  }

  private func open(_ change: (inout ZipBuilder) -> Void) throws -> NpzFile {
    var builder = ZipBuilder()
    builder.add("a.npy", Self.array())
    builder.add("b.npy", Self.array(shape: "(3, 1)"))
    change(&builder)
    return try NpzFile(path: folder.write("model.npz", builder.bytes))
  }

  @Test func readsArrays() throws {
    let file = try open { builder in
      builder.add("c.npy", Self.array(ByteWriter.floats([7]), shape: "()"))
      builder.add("d.npy", Self.array([1, 2], type: "|i1", shape: "(2,)", version: 2))
      builder.add("e.npy", Self.array(version: 3))
    }
    #expect(file.tensors.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(file.tensors.map(\.shape) == [[1, 3], [3, 1], [1, 1], [1, 2], [1, 3]])
    #expect(try file.tensor("a").floats() == [1, 2, 3])
    #expect(try file.tensor("c").floats() == [7])
    #expect(try file.tensor("d").type == .int8)
  }

  @Test func shapesAsTheyAreStored() throws {
    var builder = ZipBuilder()
    builder.add("a.npy", Self.array())
    builder.add("b.npy", Self.array(ByteWriter.floats([7]), shape: "()"))
    let file = try NpzFile(path: folder.write("model.npz", builder.bytes), shapes: .asStored)
    #expect(file.tensors.map(\.shape) == [[3], []])
    #expect(try file.tensor("b").floats() == [7])
  }

  @Test func readsWideArchives() throws {
    let file = try open { builder in
      builder.usesWideEnd = true
      builder.members[1].isWide = true
      builder.comment = "a comment with PK\u{5}\u{6} in it"
    }
    #expect(try file.tensor("b").floats() == [1, 2, 3])
  }

  @Test(arguments: ["toy_ssru_f32.npz", "toy_selfattn_f32.npz", "toy_untied_f32.npz"])
  func arraysOfNumPyAreRead(_ name: String) throws {
    let file = try NpzFile(path: ContainerFixture.toy(name))
    let bias = try file.tensor("decoder_ff_logit_out_b")
    #expect(bias.shape == [1, name.contains("ssru") ? 64 : 80])
    #expect(file.tensors.allSatisfy { $0.type == .float32 && $0.shape.count == 2 })
    #expect(try file.tensor(MarianBinaryFile.optionsItem).type == .int8)
  }

  @Test func deflatedArraysAreRead() throws {
    let file = try NpzFile(path: ContainerFixture.pytorch("deflated.npz"))
    #expect(try file.tensor("values").shape == [2, 3])
    #expect(try file.tensor("values").floats() == [0, 1, 2, 3, 4, 5])
  }

  @Test func refusesColumnMajorArraysByName() {
    let message = failureMessage { _ = try NpzFile(path: ContainerFixture.pytorch("fortran.npz")) }
    #expect(message.contains("values: found fortran_order True"))
  }

  @Test func refusesBrokenArchives() {
    let changes: [(String, (inout ZipBuilder) -> Void)] = [
      ("the name twice", { $0.members[1].name = "a.npy" }), ("another member", { $0.add("notes.txt", [1]) }),
      ("another name", { $0.members[0].localName = "x.npy" }), ("another name", { $0.members[1].offset = 0 }),
      ("an overlap", { $0.members[0].size = UInt32($0.members[0].content.count + 1) }),
      ("a header at byte", { $0.members[1].offset = 1_000_000 }), ("no local header", { $0.members[1].offset = 1 }),
      ("bytes that follow", { $0.members[1].size = 1_000_000 }), ("found an encrypted", { $0.members[0].flags = 1 }),
      ("method 14", { $0.members[0].method = 14 }), ("members, expected", { $0.entryCount = 60000 }),
      ("after the last entry", { $0.entryCount = 1 }), ("a directory of", { $0.directoryOffset = 1 }),
      ("a name of 0 bytes", { $0.members[0].name = "" }), ("the name twice", { $0.members[1].name = "a.npy" }),
    ]
    for (message, change) in changes {
      let found = failureMessage { _ = try open(change) }
      #expect(found.contains(message), "\(found) lacks \(message)")
    }
  }

  @Test func refusesBrokenArrays() {
    let arrays: [(String, [UInt8])] = [
      ("an array of NumPy", []), ("an array of NumPy", [1, 2, 3, 4, 5, 6, 7, 8]), ("version 9", Self.array(version: 9)),
      ("dtype '>f4'", Self.array(type: ">f4")), ("dtype '|O'", Self.array(type: "|O")),
      ("8 bytes of data", Self.array(ByteWriter.floats([1, 2]))), ("shape [0]", Self.array([], shape: "(0,)")),
      ("a size that fits", Self.array(shape: "(4611686018427387904, 2)")),
      ("in the shape", Self.array(shape: "(99999999999999999999,)")), ("whole number", Self.array(shape: "(-3,)")),
      ("more dimensions", Self.array(shape: "(1,1,1,1,1,1,1,1,3)")), ("True or False", Self.array(order: "0")),
      ("too few keys", Self.array(header: "{'descr': '<f4'}")), ("once", Self.array(header: "{'evil': '<f4'}")),
      ("'{'", Self.array(header: "")), ("closing quote", Self.array(header: "{'descr")),
      ("end of the header", Self.array(header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x")),
      ("bytes that follow", [0x93] + Array("NUMPY".utf8) + [1, 0, 0xFF, 0x0F]),
      ("a header of", [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF]),
    ]
    for (message, array) in arrays {
      let found = failureMessage { _ = try open { $0.members[0].content = array } }
      #expect(found.contains("a: ") && found.contains(message), "\(found) lacks \(message)")
    }
  }
}
