import Checkpoint
import Support
import Testing

@Suite struct QuantizedTensorTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Integers 1...6 with multiplier 2, the last of them at a byte that is aligned for nothing.
  private func open(_ name: String, multiplier: Float = 2) throws -> MarianBinaryFile {
    var builder = MarianBinaryBuilder()
    builder.add(name, type: 0x4101, shape: [2, 3], [1, 2, 3, 4, 5, 0xFA] + ByteWriter.floats([multiplier]))
    builder.add("x_QuantMultA", type: 0x0404, shape: [1, 1], ByteWriter.floats([8.5]))
    builder.add("Wemb_QuantMultA", type: 0x4101, shape: [1, 1], [127] + ByteWriter.floats([4]))
    builder.add("y_QuantMultA", type: 0x0404, shape: [1, 2], ByteWriter.floats([1, 2]))
    builder.add("z_QuantMultA", type: 0x0404, shape: [1, 1], ByteWriter.floats([-1]))
    builder.add("w16", type: 0x4102, shape: [1, 1], [1, 0] + ByteWriter.floats([1024]))
    return try MarianBinaryFile(path: folder.write("model.bin", builder.bytes))
  }

  @Test func ordinaryMatricesAreStoredTransposed() throws {
    let tensor = try open("w").tensor("w")
    let quantized = try tensor.quantized()
    #expect(quantized.rows == 3)
    #expect(quantized.columns == 2)
    #expect(quantized.multiplier == 2)
    #expect(try quantized.integers.withBytes { Array($0) } == [1, 2, 3, 4, 5, 0xFA])
    #expect(try tensor.linearWeights() == [0.5, 1, 1.5, 2, 2.5, -3])
    #expect(try tensor.floats() == [0.5, 1.5, 2.5, 1, 2, -3])
  }

  @Test func tablesAreStoredAsShaped() throws {
    let tensor = try open("decoder_Wemb").tensor("decoder_Wemb")
    let quantized = try tensor.quantized()
    #expect(quantized.rows == 2)
    #expect(quantized.columns == 3)
    #expect(try tensor.floats() == [0.5, 1, 1.5, 2, 2.5, -3])
    #expect(try tensor.linearWeights() == [0.5, 2, 1, 2.5, 1.5, -3])
  }

  @Test func activationMultipliers() throws {
    let file = try open("w")
    #expect(try file.activationMultiplier("x") == 8.5)
    #expect(try file.activationMultiplier("Wemb") == 127 * (1 / 4))
    #expect(try file.activationMultiplier("none") == nil)
    #expect(failureMessage { _ = try file.activationMultiplier("y") }.contains("y_QuantMultA: found shape [1, 2]"))
    #expect(failureMessage { _ = try file.activationMultiplier("z") }.contains("z_QuantMultA: found -1.0"))
  }

  @Test(arguments: [0, -1, .nan, .infinity, .leastNonzeroMagnitude] as [Float])
  func refusesMultipliers(_ multiplier: Float) throws {
    let tensor = try open("w", multiplier: multiplier).tensor("w")
    #expect(failureMessage { _ = try tensor.quantized() }.contains("w: found multiplier"))
    #expect(failureMessage { _ = try tensor.floats() }.contains("w: found multiplier"))
  }

  @Test func refusesSixteenBitsByName() throws {
    let tensor = try open("w").tensor("w16")
    #expect(failureMessage { _ = try tensor.quantized() }.contains("w16: found dtype INTGEMM16"))
    #expect(failureMessage { _ = try tensor.floats() }.contains("w16: found dtype INTGEMM16"))
  }

  @Test func safetensorsHaveNoSuchType() throws {
    let header = #"{"w":{"dtype":"INTGEMM8","shape":[2,2],"data_offsets":[0,4]}}"#
    var writer = ByteWriter()
    writer.put(UInt64(header.utf8.count))
    writer.put(header)
    writer.put([1, 2, 3, 4])
    let path = try folder.write("model.safetensors", writer.bytes)
    #expect(failureMessage { _ = try SafetensorsFile(path: path) }.contains("w: found dtype INTGEMM8"))
  }
}
