import Foundation
import Testing
import dragoman

struct VersionTests {
  /// The newest entry's heading is `## VERSION – DATE`.
  @Test func versionIsTheNewestOfTheChangelog() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent(".github/CHANGELOG.md"), encoding: .utf8)
    let heading = try #require(text.split(separator: "\n").first { $0.hasPrefix("## ") })
    #expect(heading.split(separator: " ").dropFirst().first.map(String.init) == Dragoman.version)
  }
}
