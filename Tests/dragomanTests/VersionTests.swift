import Foundation
import Testing
import dragoman

struct VersionTests {
  /// The newest release's heading is `## VERSION – DATE`; `## Unreleased` stands before it while there are changes.
  @Test func versionIsTheNewestReleaseOfTheChangelog() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent(".github/CHANGELOG.md"), encoding: .utf8)
    let heading = try #require(text.split(separator: "\n").first { $0.hasPrefix("## ") && $0 != "## Unreleased" })
    #expect(heading.split(separator: " ").dropFirst().first.map(String.init) == Dragoman.version)
  }
}
