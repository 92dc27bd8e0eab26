import Archive
import Files
import Foundation
import Support
import Testing

/// Damaged archives are read or refused with a `FileError`; nothing traps, and no content exceeds its limit.
///
/// `CONTAINER_MUTATIONS` sets how many files an archive, for a longer run.
@Suite struct ZipFuzzTests {
  private let mutations = ProcessInfo.processInfo.environment["CONTAINER_MUTATIONS"].flatMap(Int.init) ?? 2000
  private static let limit = 1 << 16

  @Test(arguments: ["mixed.zip", "streamed.zip", "wide.zip"])
  func mutatedArchives(_ name: String) throws {
    let bytes = try ContainerFixture.bytes(ContainerFixture.archive(name))
    let directory = bytes.count - 600..<bytes.count
    var mutator = ContainerMutator(seed: 11)
    var (read, refused) = (0, 0)
    for index in 0..<mutations {
      do {
        let archive = try ZipArchive(mutator.mutate(bytes, hot: [0..<200, directory]), name: name)
        for member in archive.members {
          let content = try archive.bytes(of: member, atMost: Self.limit)
          #expect(content.count == member.size && content.count <= Self.limit)
          #expect(try archive.packedBytes(of: member).count == member.packed.count)
        }
        read += 1
      } catch is FileError {
        refused += 1
      } catch {
        Issue.record("mutation \(index): \(error)")
      }
    }
    #expect(read > 0 && refused > 0)
  }
}
