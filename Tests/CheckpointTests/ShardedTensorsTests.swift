import Checkpoint
import Files
import Support
import Testing

struct ShardedTensorsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["a", "b"] {
      let header = "{" + SafetensorsBytes.entry(name, "U8", "[1]", "[0,1]") + "}"
      try folder.write("\(name).safetensors", SafetensorsBytes.file(header: header, data: [1]))
    }
  }

  private func open(_ index: String) throws -> ShardedTensors {
    try folder.write("model.safetensors.index.json", text: index)
    return try ShardedTensors(
      index: "model.safetensors.index.json", in: ModelFolder(directory: folder.path), container: .safetensors)
  }

  @Test func joinsShards() throws {
    let source = try open(#"{"metadata":{"total_size":2},"weight_map":{"b":"b.safetensors","a":"a.safetensors"}}"#)
    #expect(source.tensors.map(\.name) == ["a", "b"])
    #expect(source.contains("b") && !source.contains("c"))
    #expect(try source.tensor("b").file.path == folder.path + "/b.safetensors")
    #expect(throws: FileError.self) { try source.tensor("c") }
  }

  @Test(arguments: [
    (#"{}"#, "weight_map"),
    (#"{"weight_map":[]}"#, "weight_map"),
    (#"{"weight_map":{"a":1}}"#, "weight_map"),
    (#"{"weight_map":{"a":"../a.safetensors"}}"#, "weight_map"),
    (#"{"weight_map":{"a":"/etc/a.safetensors"}}"#, "weight_map"),
    (#"{"weight_map":{"a":"a.safetensors\u0000.safetensors"}}"#, "weight_map"),
    (#"{"weight_map":{"a":"config.json"}}"#, "weight_map"),
    (#"{"weight_map":{"a":"missing.safetensors"}}"#, ""),
    (#"{"weight_map":{"b":"a.safetensors"}}"#, "b"),
    (#"{"weight_map":{"a":"a.safetensors","a":"b.safetensors"}}"#, "byte 35"),
  ])
  func refusesByName(index: String, item: String) throws {
    let error = thrownError(FileError.self) { try open(index) }
    #expect(error?.item == item)
  }

  @Test func refusesDeepJSON() throws {
    let error = thrownError(FileError.self) {
      try open("{\"weight_map\":" + String(repeating: "[", count: 10_000))
    }
    #expect(error?.expected == "at most 64 levels")
  }

  @Test func refusesTooManyValues() throws {
    let error = thrownError(FileError.self) {
      try open("[" + String(repeating: "0,", count: 600_000) + "0]")
    }
    #expect(error?.expected == "at most 500000 values")
  }
}
