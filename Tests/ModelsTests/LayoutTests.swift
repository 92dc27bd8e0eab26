import Checkpoint
import Decoding
import Foundation
import Models
import Support
import Testing

/// One checkpoint in two layouts computes the same, bit for bit.
struct LayoutTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private struct Answer: Equatable {
    var tokens: [Int32]
    var logProbs: [Float]
  }

  private func answers(_ model: any TranslationModel, _ requests: [DecodingRequest]) -> [Answer] {
    SentenceDecoder(model: model).decode(requests).results.flatMap { result in
      result.hypotheses.map { Answer(tokens: $0.tokens, logProbs: $0.logProbs) }
    }
  }

  // MARK: Marian's .npz and .bin

  private static let float32: UInt64 = 0x0404
  private static let bytes: UInt64 = 0x0101

  /// The arrays of a `.npz` as a `.bin` of float32.
  /// - Parameter filler: bytes before the first payload, which move all of them.
  private func binary(_ arrays: NpzFile, filler: Int) throws -> [UInt8] {
    let text = try arrays.tensor("special:model.yml")
    let items = arrays.tensors.map { ($0, Self.float32) } + [(text, Self.bytes)]
    var file: [UInt8] = []
    func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { file += $0 } }
    put(UInt64(1))
    put(UInt64(items.count))
    for (tensor, type) in items {
      put(UInt64(tensor.name.utf8.count + 1))
      put(type)
      put(UInt64(tensor.shape.count))
      put(UInt64(tensor.range.count))
    }
    for (tensor, _) in items { file += Array(tensor.name.utf8) + [0] }
    for (tensor, _) in items { for dimension in tensor.shape { put(Int32(dimension)) } }
    put(UInt64(filler))
    file += [UInt8](repeating: 0, count: filler)
    for (tensor, _) in items { try tensor.withBytes { file += $0 } }
    return file
  }

  private func model(_ tensors: any TensorSource, _ precision: Precision) throws -> any TranslationModel {
    try MarianWeights(tensors, options: MarianOptions(tensors), shortlist: nil, precision: precision).load()
  }

  /// Four fillers in a row are aligned for float32 once, and three times not.
  @Test(arguments: ["toy_ssru_f32.npz", "toy_selfattn_f32.npz", "toy_untied_f32.npz"], 0..<4)
  func npzAndBinaryComputeTheSame(file: String, filler: Int) throws {
    let arrays = try NpzFile(path: MarianModelTests.folder.appendingPathComponent(file).path)
    let path = try folder.write("model.bin", binary(arrays, filler: filler))
    let requests = try MarianModelTests.expected(file).map {
      var request = MarianModelTests.request($0)
      request.options.beam = 3
      request.options.hypotheses = 3
      return request
    }
    for precision in Precision.allCases {
      let found = try answers(model(MarianBinaryFile(path: path), precision), requests)
      #expect(found.count >= 3 * 3)
      #expect(try found == answers(model(arrays, precision), requests))
    }
  }

  // MARK: Hugging Face's safetensors and PyTorch's archive

  @Test(arguments: Precision.allCases) func safetensorsAndPyTorchComputeTheSame(precision: Precision) throws {
    let tiny = MarianFixture.root + "/pytorch/tiny/"
    func model(_ weights: String) throws -> any TranslationModel {
      let folder = try TemporaryFolder()
      for name in ["config.json", weights] {
        try folder.write(name, Data(contentsOf: URL(fileURLWithPath: tiny + name)))
      }
      return try ModelFormats.load(directory: folder.path, precision: precision)
    }
    let archive = try model("pytorch_model.bin")
    var options = DecodingOptions()
    options.beam = 3
    options.hypotheses = 3
    options.maxLength = 12
    let end = archive.summary.endToken
    let requests = [[5, 9, 14, 3, end], [7, end], [11, 2, 6, end]].map { DecodingRequest(source: $0, options: options) }
    let found = answers(archive, requests)
    #expect(found.count == 9)
    #expect(try found == answers(model("model.safetensors"), requests))
  }
}
