import Checkpoint
import Files
import Foundation
import Support
import Testing

/// Damaged files load or are refused with a `FileError`; nothing traps, and everything that loads can be read.
///
/// `CONTAINER_MUTATIONS` sets how many files a format, for a longer run.
@Suite struct ContainerFuzzTests {
  private let folder: TemporaryFolder
  private let mutations: Int

  init() throws {
    folder = try TemporaryFolder()
    mutations = ProcessInfo.processInfo.environment["CONTAINER_MUTATIONS"].flatMap(Int.init) ?? 2000
  }

  /// - Returns: how many of the files loaded.
  private func fuzz(
    _ bytes: [UInt8], seed: UInt64, hot: [Range<Int>], _ load: (String) throws -> Void
  ) throws -> Int {
    var mutator = ContainerMutator(seed: seed)
    var loaded = 0
    for index in 0..<mutations {
      let path = try folder.write("mutated", mutator.mutate(bytes, hot: hot))
      do {
        try load(path)
        loaded += 1
      } catch is FileError {
        continue
      } catch {
        Issue.record("mutation \(index) of seed \(seed): \(error)")
      }
    }
    return loaded
  }

  /// Reads every tensor in every way there is.
  private func read(_ source: some TensorSource) throws {
    for tensor in source.tensors {
      guard tensor.count <= tensor.file.count else { throw Unbounded(name: tensor.name) }
      _ = try? tensor.quantized()
      _ = try? tensor.linearWeights()
      _ = try? source.activationMultiplier(tensor.name)
      _ = try tensor.withBytes { $0.reduce(0) { $0 &+ UInt64($1) } }
    }
    if source.contains(MarianBinaryFile.optionsItem) {
      _ = try? FlatYAML(source.tensor(MarianBinaryFile.optionsItem))
    }
  }

  private struct Unbounded: Error { var name: String }

  @Test func marianBinary() throws {
    let bytes = try smallBinary()
    let options = bytes.count - 400..<bytes.count
    let loaded = try fuzz(bytes, seed: 1, hot: [0..<400, options]) { try read(MarianBinaryFile(path: $0)) }
    #expect(loaded > 0 && loaded < mutations)
  }

  @Test func npz() throws {
    var builder = ZipBuilder()
    let names = ["Wemb", "decoder_ff_logit_out_b", "special:model.yml"]
    let source = try NpzFile(path: ContainerFixture.toy("toy_ssru_f32.npz"))
    for name in names { builder.add(name + ".npy", try npy(source.tensor(name))) }
    builder.members[1].isWide = true
    builder.usesWideEnd = true
    let bytes = builder.bytes
    let loaded = try fuzz(bytes, seed: 2, hot: [0..<130, bytes.count - 1200..<bytes.count]) {
      try read(NpzFile(path: $0))
    }
    #expect(loaded > 0 && loaded < mutations)
  }

  @Test func deflatedNpz() throws {
    let bytes = try ContainerFixture.bytes(ContainerFixture.pytorch("deflated.npz"))
    let loaded = try fuzz(bytes, seed: 5, hot: []) { try read(NpzFile(path: $0)) }
    #expect(loaded > 0 && loaded < mutations)
  }

  @Test(arguments: ["mixed.bin", "deflated.bin", "tiny/pytorch_model.bin"])
  func pytorch(_ name: String) throws {
    let bytes = try ContainerFixture.bytes(ContainerFixture.pytorch(name))
    let loaded = try fuzz(bytes, seed: 3, hot: [0..<1400, bytes.count - 1200..<bytes.count]) {
      try read(PyTorchFile(path: $0))
    }
    #expect(loaded > 0 && loaded < mutations)
  }

  @Test func ctranslate2() throws {
    let bytes = try ContainerFixture.bytes(CTranslate2Fixture("m2m-int8_float16").directory + "/model.bin")
    let loaded = try fuzz(bytes, seed: 5, hot: [0..<400, bytes.count - 300..<bytes.count]) {
      try read(CTranslate2File(path: $0))
    }
    #expect(loaded > 0 && loaded < mutations)
  }

  @Test func shortlist() throws {
    let bytes = try ContainerFixture.bytes(ContainerFixture.toy("toy.s2t.bin"))
    let loaded = try fuzz(bytes, seed: 4, hot: [0..<48, 48..<600]) { path in
      let list = try LexicalShortlist(InputFile(path: path), sourceVocabularySize: 64, targetVocabularySize: 64)
      for token in -1...64 {
        guard list.candidates(for: [Int32(token)], includesSource: true).allSatisfy({ $0 < 64 }) else {
          throw Unbounded(name: "\(token)")
        }
      }
    }
    #expect(loaded > 0 && loaded < mutations)
  }

  private func smallBinary() throws -> [UInt8] {
    var builder = MarianBinaryBuilder()
    builder.add("a_W", type: 0x4101, shape: [4, 3], Array(0..<12) + ByteWriter.floats([2]))
    builder.add("a_W_QuantMultA", type: 0x0404, shape: [1, 1], ByteWriter.floats([2]))
    builder.add("Wemb", type: 0x4101, shape: [5, 3], Array(0..<15) + ByteWriter.floats([2]))
    builder.add("b", type: 0x0404, shape: [1, 3], ByteWriter.floats([1, 2, 3]))
    let source = try MarianBinaryFile(path: ContainerFixture.toy("toy_ssru_int8.bin"))
    let options = try source.tensor(MarianBinaryFile.optionsItem).withBytes {
      String(decoding: $0.dropLast(), as: UTF8.self)
    }
    builder.add(options: options)
    return builder.bytes
  }

  private func npy(_ tensor: StoredTensor) throws -> [UInt8] {
    let shape = tensor.shape.map { "\($0)," }.joined()
    let type = tensor.type == .int8 ? "|i1" : "<f4"
    let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }\n"
    var writer = ByteWriter(bytes: [0x93] + Array("NUMPY".utf8) + [1, 0])
    writer.put(UInt16(header.utf8.count))
    writer.put(header)
    return try writer.bytes + tensor.withBytes { Array($0) }
  }
}
