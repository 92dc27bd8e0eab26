import Checkpoint
import Decoding
import Foundation
import Models
import Support
import Tensor
import Testing

/// Float checkpoints loaded in 8 bits.
struct QuantizedModelTests {
  /// Logits (T, V) of a target given step by step, for the tokens that can be produced, ascending.
  private func logits(_ model: any TranslationModel, _ source: [Int32], _ target: [Int32]) -> [[Float]] {
    steps(model, source, target).map { step in step.sorted { $0.key < $1.key }.map(\.value) }
  }

  private func steps(_ model: any TranslationModel, _ source: [Int32], _ target: [Int32]) -> [[Int32: Float]] {
    let session = model.makeSession()
    _ = session.admit(SourceBatch(sentences: [source], pad: model.summary.padToken, options: [.everything(model)]))
    return ([model.summary.startToken] + target.dropLast()).map { token in
      session.step([token])
      return session.logits(row: 0)
    }
  }

  /// The size of the error relative to that of the logits, both around each step's mean, which decides nothing.
  private func relativeError(_ found: [[Float]], _ exact: [[Float]]) -> Float {
    func centred(_ row: [Float]) -> [Float] {
      let mean = row.reduce(0, +) / Float(row.count)
      return row.map { $0 - mean }
    }
    func size(_ rows: [[Float]]) -> Float { rows.joined().reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let exact = exact.map(centred)
    return size(zip(found.map(centred), exact).map { zip($0, $1).map { $0 - $1 } }) / size(exact)
  }

  private func rows(_ tensor: StoredTensor) throws -> [[Float]] {
    let (all, width) = (try tensor.floats(), tensor.shape[1])
    return stride(from: 0, to: all.count, by: width).map { Array(all[$0..<($0 + width)]) }
  }

  /// The reference is PyTorch on rounded numbers. If a sum lies between two steps, either can be taken.
  @Test(eightBitActivations, arguments: ["marian-base", "marian-untied"])
  func logitsOfRoundedNumbersMatchTheReference(name: String) throws {
    let fixture = try MarianFixture(name)
    let expected = try SafetensorsFile(path: fixture.directory + "/int8.safetensors")
    let model = try ModelFormats.load(directory: fixture.directory, precision: .int8)
    #expect(model.summary.precision == "int8")
    for (sentence, (source, target)) in zip(fixture.expected.sources, fixture.expected.targets).enumerated() {
      let exact = try rows(expected.tensor("logits.\(sentence)"))
      #expect(relativeError(logits(model, source, target), exact) < 0.005)
    }
  }

  /// Tables that are shared, tied or neither; float32 and float16. Models so small and hardly trained feel the rounding.
  @Test(arguments: MarianFixture.names) func logitsStayNearThoseOfFloats(name: String) throws {
    let fixture = try MarianFixture(name)
    let whole = try ModelFormats.load(directory: fixture.directory)
    let small = try ModelFormats.load(directory: fixture.directory, precision: .int8)
    for (source, target) in zip(fixture.expected.sources, fixture.expected.targets) {
      let error = relativeError(logits(small, source, target), logits(whole, source, target))
      #expect(error < 0.25)
      #expect(error > 0.0001, "8 bits leave a trace")
    }
  }

  @Test(arguments: MarianFixture.names) func bytesCountTheNumbersInUse(name: String) throws {
    let fixture = try MarianFixture(name)
    let whole = try ModelFormats.load(directory: fixture.directory).summary
    let small = try ModelFormats.load(directory: fixture.directory, precision: .int8).summary
    #expect(whole.precision == "float32" && whole.bytes == 4 * whole.parameters)
    #expect(small.parameters == whole.parameters)
    #expect(small.memoryBytes == small.bytes, "8 bits are in memory once")
    let floats = (small.bytes - small.parameters) / 3  // all that is no matrix
    let tensors = try HuggingFaceMarianFormat(directory: fixture.directory).tensors.tensors
    let matrices = tensors.filter { $0.shape.count == 2 && $0.shape[0] > 1 && !$0.name.contains("positions") }
    #expect(floats == small.parameters - matrices.reduce(0) { $0 + $1.count })
  }

  @Test(arguments: MarianFixture.names, [1, 4]) func batchDoesNotChangeASentence(name: String, beam: Int) throws {
    let fixture = try MarianFixture(name)
    let folder = try HuggingFaceMarianFormat(directory: fixture.directory)
    let decoder = SentenceDecoder(model: try folder.loadModel(ModelPreferences(precision: .int8)))
    let options = HuggingFaceModelTests.options(folder, beam: beam)
    let requests = fixture.expected.sources.map { DecodingRequest(source: $0, options: options) }
    let together = decoder.decode(requests).results
    for (request, result) in zip(requests, together) {
      let alone = decoder.decode([request]).results[0]
      #expect(alone.hypotheses.map(\.tokens) == result.hypotheses.map(\.tokens))
      #expect(alone.hypotheses.map(\.logProbs) == result.hypotheses.map(\.logProbs))
    }
  }

  private static let arrays = MarianModelTests.files.filter { $0.hasSuffix(".npz") }

  @Test(arguments: arrays) func marianArraysStayNear(file: String) throws {
    let whole = try MarianModelTests.model(file, precision: nil)
    let small = try MarianModelTests.model(file, precision: .int8)
    #expect(whole.summary.precision == "float32" && small.summary.precision == "int8")
    #expect(small.summary.bytes < whole.summary.bytes / 2)
    for expected in try MarianModelTests.expected(file) {
      let target = expected.target_ids
      let error = relativeError(
        logits(small, expected.source_ids, target), logits(whole, expected.source_ids, target))
      #expect(error < 0.4, "random weights feel the rounding")
      #expect(error > 0.0001, "8 bits leave a trace")
    }
  }

  @Test func eightBitFileStaysInEightBits() throws {
    let file = "toy_ssru_int8.bin"
    #expect(try MarianModelTests.model(file, precision: nil).summary.precision == "int8")
    let expected = try MarianModelTests.expected(file + "/int8")[0]
    let (source, target) = (expected.source_ids, expected.target_ids)
    let own = logits(try MarianModelTests.model(file, precision: nil), source, target)
    #expect(try own == logits(MarianModelTests.model(file, precision: .int8), source, target))
  }

  /// The output layer of a sentence is cut out of the whole one.
  @Test func shortlistsNarrowQuantizedLayers() throws {
    let file = "toy_ssru_f32.npz"
    let whole = try MarianModelTests.model(file, precision: .int8)
    let narrow = try MarianModelTests.model(file, precision: .int8, shortlist: true)
    let expected = try MarianModelTests.expected(file)[0]
    let all = steps(whole, expected.source_ids, expected.target_ids)
    let some = steps(narrow, expected.source_ids, expected.target_ids)
    for (all, some) in zip(all, some) {
      #expect(some.count > 1 && some.count < all.count)
      #expect(some.allSatisfy { all[$0.key] == $0.value })
    }
  }

  // MARK: Layouts

  /// A safetensors file of one tensor "t".
  private func tensor(_ values: [Float], rows: Int, in folder: TemporaryFolder, _ name: String) throws -> StoredTensor {
    let shape = "[\(rows),\(values.count / rows)]"
    let header = #"{"t":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,\#(4 * values.count)]}}"#
    var file = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
    values.forEach { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { file += $0 } }
    return try SafetensorsFile(path: folder.write(name, file)).tensor("t")
  }

  /// Hugging Face keeps (outputs, inputs), Marian [inputs, outputs].
  @Test(arguments: Precision.allCases) func bothOrientationsGiveTheSameProduct(precision: Precision) throws {
    let folder = try TemporaryFolder()
    let (outputs, inputs) = (300, 500)
    var random = SplitMix(state: 50)
    let values = (0..<(outputs * inputs)).map { _ in Float.random(in: -1...1, using: &random) }
    let turned = (0..<inputs).flatMap { i in (0..<outputs).map { values[$0 * inputs + i] } }
    let upright = try precision.weight([tensor(values, rows: outputs, in: folder, "a")])
    let lying = try precision.weight([tensor(turned, rows: inputs, in: folder, "b")], transposed: true)
    let x = (0..<(3 * inputs)).map { _ in Float.random(in: -1...1, using: &random) }
    let products = [upright, lying].map { weight in
      var y = [Float](repeating: 0, count: 3 * outputs)
      Linear(weight: weight, bias: [Float](repeating: 0, count: outputs)).multiply(
        x, rows: 3, into: &y, scratch: LinearScratch())
      return y
    }
    #expect(products[0] == products[1])
    #expect(products[0].contains { $0 != 0 })
  }
}
