import Foundation
import Support
import Testing

/// `dragoman inspect` as a process of its own, which prints to its standard output.
@Suite(.timeLimit(.minutes(10))) struct InspectCommandTests {
  private static let huggingFace = MarianFixture.root + "/marian-base"

  private func inspected(_ arguments: [String]) throws -> (status: Int32, output: Data) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("dragoman")
    process.arguments = ["inspect"] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, output)
  }

  private func report(_ folder: String) throws -> [String: Any] {
    let (status, output) = try inspected([folder, "--json"])
    try #require(status == 0)
    return try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
  }

  @Test func jsonHasTheModelItsSettingsAndItsTensors() throws {
    let report = try report(Self.huggingFace)
    #expect(report["architecture"] as? String == "transformer")
    #expect(report["precision"] as? String == "float32")
    #expect(try #require(report["sourceVocabulary"] as? Int) > 0)
    #expect(try #require(report["configuration"] as? [String: String]).count > 5)
    let tensors = try #require(report["tensors"] as? [[String: Any]])
    #expect(!tensors.isEmpty)
    for tensor in tensors {
      let elements = try #require(tensor["shape"] as? [Int]).reduce(1, *)
      #expect(tensor["dtype"] as? String == "F32" && tensor["bytes"] as? Int == 4 * elements, "\(tensor)")
    }
    let bytes = try tensors.map { try #require($0["bytes"] as? Int) }
    #expect(bytes.reduce(0, +) == report["storedBytes"] as? Int)
  }

  @Test func modelInMariansFormatIsReportedInItsPrecision() throws {
    let fixture = try NativeFixture(model: ("toy_ssru_int8.bin", "model.bin"))
    let report = try report(fixture.directory)
    #expect(report["precision"] as? String == "int8")
    #expect((report["configuration"] as? [String: String])?["autoregression"] == "ssru")
    #expect(try #require(report["tensors"] as? [[String: Any]]).contains { $0["dtype"] as? String == "INTGEMM8" })
  }

  @Test func textHasALinePerTensor() throws {
    let names = try #require(try report(Self.huggingFace)["tensors"] as? [[String: Any]])
      .compactMap { $0["name"] as? String }
    let lines = String(decoding: try inspected([Self.huggingFace]).output, as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: " ").first.map(String.init) }
    #expect(Array(lines.suffix(names.count)) == names)
    #expect(lines.first == "architecture")
  }

  @Test func folderWithoutAModelEndsWithStatusOne() throws {
    let folder = try TemporaryFolder()
    let (status, output) = try inspected([folder.path])
    #expect(status == 1)
    #expect(output.isEmpty)
  }
}
