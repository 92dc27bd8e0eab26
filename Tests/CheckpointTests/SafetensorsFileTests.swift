import Checkpoint
import Files
import Support
import Testing

struct SafetensorsFileTests {
  @Test func readsTensorsInTheOrderOfTheFile() throws {
    let folder = try TemporaryFolder()
    let file = try SafetensorsFile(path: folder.write("good.safetensors", SafetensorsBytes.good))
    #expect(file.tensors.map(\.name) == ["a", "b"])
    #expect(file.tensors.map(\.shape) == [[2, 2], [3]])
    #expect(try file.tensor("a").floats() == [1, 2, 3, 4])
    #expect(try file.tensor("b").floats() == [1, -2, 0.5])
    #expect(file.contains("a") && !file.contains("c"))
  }

  @Test func tensorsOutliveTheirContainer() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("good.safetensors", SafetensorsBytes.good)
    let tensor = try { try SafetensorsFile(path: path).tensor("b") }()
    #expect(try tensor.floats() == [1, -2, 0.5])
  }

  @Test func missingTensorsAreNamed() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("good.safetensors", SafetensorsBytes.good)
    let error = thrownError(FileError.self) { try SafetensorsFile(path: path).tensor("c") }
    #expect(error?.file == path)
    #expect(error?.item == "c")
  }

  @Test func otherShapesAreNamed() throws {
    let folder = try TemporaryFolder()
    let file = try SafetensorsFile(path: folder.write("good.safetensors", SafetensorsBytes.good))
    #expect(try file.tensor("a").expecting(shape: [2, 2]).count == 4)
    let error = thrownError(FileError.self) { try file.tensor("a").expecting(shape: [4]) }
    #expect(error?.found == "shape [2, 2]")
    #expect(error?.expected == "shape [4]")
  }

  struct Broken: CustomTestStringConvertible {
    var testDescription: String
    var item: String
    var bytes: [UInt8]

    init(_ description: String, item: String, _ bytes: [UInt8]) {
      testDescription = description
      self.item = item
      self.bytes = bytes
    }

    /// One tensor `t` in eight bytes of data.
    init(_ description: String, item: String = "t", type: String = "F32", shape: String, offsets: String) {
      let header = "{" + SafetensorsBytes.entry("t", type, shape, offsets) + "}"
      self.init(description, item: item, SafetensorsBytes.file(header: header, data: Array(repeating: 0, count: 8)))
    }
  }

  private static let eight = [UInt8](repeating: 0, count: 8)

  static let broken = [
    Broken("empty", item: "file", []),
    Broken("seven bytes", item: "file", Array(repeating: 0, count: 7)),
    Broken("header past the end", item: "header length", SafetensorsBytes.file(header: "{}", length: 3)),
    Broken("header of 2^64 - 1 bytes", item: "header length", SafetensorsBytes.file(header: "{}", length: .max)),
    Broken("header of 2^63 bytes", item: "header length", SafetensorsBytes.file(header: "{}", length: 1 << 63)),
    Broken("header too long to be true", item: "header length", SafetensorsBytes.file(header: "{}", length: 1 << 30)),
    Broken("truncated", item: "b", Array(SafetensorsBytes.good.dropLast())),
    Broken("bytes left over", item: "file", SafetensorsBytes.good + [0]),
    Broken("no JSON", item: "header, byte 0", SafetensorsBytes.file(header: "PK")),
    Broken("empty header", item: "header, byte 0", SafetensorsBytes.file(header: "")),
    Broken("not UTF-8", item: "header, byte 1", SafetensorsBytes.file(header: [0x7B, 0x22, 0xFF, 0x22, 0x7D])),
    Broken("two JSON values", item: "header, byte 2", SafetensorsBytes.file(header: "{}{}")),
    Broken("a list", item: "header, byte 0", SafetensorsBytes.file(header: "[]")),
    Broken(
      "deep metadata", item: "header, byte 16",
      SafetensorsBytes.file(header: "{\"__metadata__\":" + String(repeating: "[", count: 10_000))),
    Broken(
      "deep entry", item: "header, byte 5",
      SafetensorsBytes.file(header: "{\"t\":" + String(repeating: "[", count: 10_000))),
    Broken(
      "a name twice", item: "t",
      SafetensorsBytes.file(
        header: "{" + SafetensorsBytes.entry("t", "U8", "[8]", "[0,8]") + ","
          + SafetensorsBytes.entry("t", "U8", "[8]", "[0,8]") + "}", data: eight)),
    Broken(
      "overlap", item: "u",
      SafetensorsBytes.file(
        header: "{" + SafetensorsBytes.entry("t", "U8", "[5]", "[0,5]") + ","
          + SafetensorsBytes.entry("u", "U8", "[4]", "[4,8]") + "}", data: eight)),
    Broken(
      "gap", item: "u",
      SafetensorsBytes.file(
        header: "{" + SafetensorsBytes.entry("t", "U8", "[3]", "[0,3]") + ","
          + SafetensorsBytes.entry("u", "U8", "[4]", "[4,8]") + "}", data: eight)),
    Broken("end past the data", shape: "[3]", offsets: "[0,12]"),
    Broken("begin behind end", shape: "[2]", offsets: "[8,0]"),
    Broken("negative offset", shape: "[2]", offsets: "[-8,0]"),
    Broken("fractional offset", shape: "[2]", offsets: "[0,8.0]"),
    Broken("exponent", shape: "[2]", offsets: "[0,8e0]"),
    Broken("offset beyond 64 bits", shape: "[2]", offsets: "[0,18446744073709551616]"),
    Broken("greatest offset", shape: "[2]", offsets: "[0,9223372036854775807]"),
    Broken("one offset", shape: "[2]", offsets: "[8]"),
    Broken("three offsets", shape: "[2]", offsets: "[0,8,8]"),
    Broken("negative dimension", shape: "[-2]", offsets: "[0,8]"),
    Broken("two negative dimensions", shape: "[-1,-2]", offsets: "[0,8]"),
    Broken("overflowing shape", shape: "[4294967296,4294967296,4]", offsets: "[0,8]"),
    Broken("overflow that wraps to the size", shape: "[2,4611686018427387905]", offsets: "[0,8]"),
    Broken("overflow hidden by a zero", shape: "[0,9223372036854775807,9223372036854775807]", offsets: "[0,0]"),
    Broken("too many dimensions", shape: "[1,1,1,1,1,1,1,1,2]", offsets: "[0,8]"),
    Broken("size and shape differ", shape: "[3]", offsets: "[0,8]"),
    Broken("a shape of strings", shape: "[\"2\"]", offsets: "[0,8]"),
    Broken("an unknown type", type: "F8_E4M3", shape: "[8]", offsets: "[0,8]"),
    Broken("a type of another container", type: "INTGEMM8", shape: "[4]", offsets: "[0,8]"),
    Broken(
      "no shape", item: "t",
      SafetensorsBytes.file(header: #"{"t":{"dtype":"U8","data_offsets":[0,8]}}"#, data: eight)),
    Broken(
      "a key of another format", item: "t",
      SafetensorsBytes.file(header: #"{"t":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"q":1}}"#, data: eight)),
  ]

  @Test(arguments: broken)
  func brokenFilesAreRefusedByName(_ broken: Broken) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("broken.safetensors", broken.bytes)
    let error = thrownError(FileError.self) { try SafetensorsFile(path: path) }
    #expect(error?.file == path)
    #expect(error?.item == broken.item)
  }

  @Test func foldersAndDevicesAreRefused() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path, folder.path + "/missing", "/dev/zero"] {
      let error = thrownError(FileError.self) { try SafetensorsFile(path: path) }
      #expect(error?.file == path)
    }
  }
}
