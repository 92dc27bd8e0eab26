import Checkpoint
import Files
import Support
import Testing

struct FloatConversionTests {
  /// One tensor `t` of little-endian elements.
  private func tensor<Bits: FixedWidthInteger>(_ type: String, _ elements: [Bits]) throws -> StoredTensor {
    let data = elements.flatMap { element in withUnsafeBytes(of: element.littleEndian, Array.init) }
    let header = "{" + SafetensorsBytes.entry("t", type, "[\(elements.count)]", "[0,\(data.count)]") + "}"
    let folder = try TemporaryFolder()
    let path = try folder.write("t.safetensors", SafetensorsBytes.file(header: header, data: data))
    return try SafetensorsFile(path: path).tensor("t")
  }

  /// IEEE 754-2019, 3.4, by its definition.
  private func half(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10) & 31
    let fraction = Float(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  @Test func everyHalf() throws {
    let all = (0...UInt16.max).map { $0 }
    let converted = try tensor("F16", all).floats()
    for (bits, value) in zip(all, converted) {
      let expected = half(bits)
      let same = expected.isNaN ? value.isNaN : expected.bitPattern == value.bitPattern
      #expect(same, "0x\(String(bits, radix: 16)): \(value), not \(expected)")
    }
  }

  @Test func everyBrainFloat() throws {
    let all = (0...UInt16.max).map { $0 }
    let converted = try tensor("BF16", all).floats()
    #expect(converted.map(\.bitPattern) == all.map { UInt32($0) << 16 })
  }

  @Test func singleAndDouble() throws {
    let values: [Float] = [0, -0.0, 1.5, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
    #expect(try tensor("F32", values.map(\.bitPattern)).floats().map(\.bitPattern) == values.map(\.bitPattern))
    let doubles: [Double] = [0.1, -3, 1e300]
    #expect(try tensor("F64", doubles.map(\.bitPattern)).floats() == [0.1, -3, .infinity])
  }

  @Test func emptyTensor() throws {
    #expect(try tensor("F32", [UInt32]()).floats().isEmpty)
  }

  @Test(arguments: ["I64", "I32", "I16", "I8", "U8", "BOOL"])
  func refusesIntegers(type: String) throws {
    let size = ["I64": 8, "I32": 4, "I16": 2][type] ?? 1
    let data = [UInt8](repeating: 1, count: size)
    let header = "{" + SafetensorsBytes.entry("t", type, "[1]", "[0,\(size)]") + "}"
    let folder = try TemporaryFolder()
    let file = try SafetensorsFile(
      path: folder.write("t.safetensors", SafetensorsBytes.file(header: header, data: data)))
    let error = thrownError(FileError.self) { try file.tensor("t").floats() }
    #expect(error?.item == "t")
    #expect(error?.found == "dtype \(type)")
  }

  @Test func refusesADestinationOfAnotherSize() throws {
    let tensor = try tensor("F32", [UInt32](repeating: 0, count: 4))
    var small = [Float](repeating: 0, count: 3)
    #expect(throws: FileError.self) { try small.withUnsafeMutableBufferPointer { try tensor.copyFloats(to: $0) } }
  }
}
