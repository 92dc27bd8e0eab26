import Foundation
import Support

/// Files beside the tests.
enum ContainerFixture {
  static func toy(_ name: String) -> String { MarianFixture.root + "/marian-toy/" + name }
  static func pytorch(_ name: String) -> String { MarianFixture.root + "/pytorch/" + name }

  static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
}

extension TemporaryFolder {
  /// - Parameter fixture: a path.
  func copy(_ fixture: String, as name: String) throws { try write(name, ContainerFixture.bytes(fixture)) }
}
