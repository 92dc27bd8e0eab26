import Foundation

/// Files beside the tests.
enum ContainerFixture {
  static func toy(_ name: String) -> String { folder + "/marian-toy/" + name }
  static func pytorch(_ name: String) -> String { folder + "/pytorch/" + name }

  static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  private static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures").path
}
