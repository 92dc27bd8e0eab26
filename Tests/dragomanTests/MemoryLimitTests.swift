import Foundation
import Support
import Testing

@testable import dragoman

struct MemoryLimitTests {
  /// - Parameters:
  ///   - own: the text of the file that names the groups.
  ///   - files: contents by path below the root.
  private func limit(own: String, _ files: [String: String], chosen: Int? = nil) throws -> MemoryLimit {
    let folder = try TemporaryFolder()
    for (path, text) in files {
      let url = URL(filePath: folder.path + "/groups/" + path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    try Data(own.utf8).write(to: URL(filePath: folder.path + "/own"))
    return MemoryLimit(chosenBytes: chosen, groups: folder.path + "/groups", own: folder.path + "/own")
  }

  @Test func leastLimitOfTheGroupsCounts() throws {
    let files = ["memory.max": "max\n", "a/memory.max": "1048576\n", "a/b/memory.max": "max\n"]
    #expect(try limit(own: "0::/a/b\n", files).processBytes == 1 << 20)
  }

  @Test func groupOfAContainerIsTheRoot() throws {
    #expect(try limit(own: "0::/host/only\n", ["memory.max": "2097152\n"]).processBytes == 2 << 20)
  }

  @Test func versionOneIsRead() throws {
    let files = ["memory/a/memory.limit_in_bytes": "3145728\n"]
    #expect(try limit(own: "5:cpu,cpuacct:/a\n4:memory:/a\n", files).processBytes == 3 << 20)
  }

  @Test(arguments: ["", "0::/../a\n", "nonsense\n"]) func memoryOfTheMachineIsTheLimitElse(_ own: String) throws {
    let bytes = try limit(own: own, ["a/memory.max": "1\n"]).processBytes
    #expect(bytes == sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))
  }

  @Test func requestsTakeHalfOfWhatModelsLeave() throws {
    let limit = try limit(own: "0::/\n", ["memory.max": "1073741824\n"])
    #expect(limit.requestBytes(besideModels: 64 << 20) == 480 << 20)
    #expect(limit.requestBytes(besideModels: 2 << 30) == 0)
    #expect(limit.connectionBytes == 128 << 20)
  }

  @Test func chosenMemoryIsTaken() throws {
    let limit = try limit(own: "", [:], chosen: 100 << 20)
    #expect(limit.requestBytes(besideModels: 64 << 20) == 100 << 20)
    #expect(limit.connectionBytes == 25 << 20)
  }
}
