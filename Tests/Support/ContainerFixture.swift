import Foundation

/// Files beside the tests.
package enum ContainerFixture {
  package static func toy(_ name: String) -> String { MarianFixture.root + "/marian-toy/" + name }
  package static func archive(_ name: String) -> String { MarianFixture.root + "/archive/" + name }
  package static func pytorch(_ name: String) -> String { MarianFixture.root + "/pytorch/" + name }

  package static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

extension TemporaryFolder {
  /// - Parameter fixture: a path.
  package func copy(_ fixture: String, as name: String) throws { try write(name, ContainerFixture.bytes(fixture)) }
}
