import Files
import Foundation
import Testing

struct MappedFileTests {
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))
  private static let pages = 16

  /// A file of whole pages and a bit, and its mapping, every page of which has been read.
  private func mapping() throws -> (file: MappedFile, bytes: [UInt8]) {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let bytes = (0..<Self.pages * Self.page + 100).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = try MappedFile(path: url.path)
    #expect(file.withBytes { Array($0) } == bytes)
    return (file, bytes)
  }

  /// Kilobytes of the mapping that are in memory, as the kernel counts them.
  private func resident(_ file: MappedFile) throws -> Int {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/smaps"))
    let maps = try #require(try handle.readToEnd())
    let lines = String(decoding: maps, as: UTF8.self).split(separator: "\n")
    let name = URL(fileURLWithPath: file.path).lastPathComponent
    let start = try #require(lines.firstIndex { $0.contains(name) }, "\(name) among \(lines.count) lines")
    let line = try #require(lines[start...].first { $0.hasPrefix("Rss:") })
    return try #require(Int(line.filter(\.isNumber)))
  }

  @Test func whatWasCopiedNeedNotStayInMemory() throws {
    let (file, bytes) = try mapping()
    #expect(try resident(file) == (Self.pages + 1) * Self.page / 1024)
    file.release(0..<file.count)
    #expect(try resident(file) == 0)
    #expect(file.withBytes { Array($0) } == bytes, "it can be read again")
  }

  @Test func pagesSharedWithNeighboursStay() throws {
    let (file, bytes) = try mapping()
    file.release(1..<file.count - 1)
    #expect(try resident(file) == 2 * Self.page / 1024)
    file.release(10..<20)
    file.release(Self.page - 1..<2 * Self.page - 1)
    #expect(try resident(file) == 2 * Self.page / 1024)
    #expect(file.withBytes { Array($0) } == bytes)
  }

  @Test func rangesBeyondTheEndAreCut() throws {
    let (file, bytes) = try mapping()
    file.release(0..<Int.max)
    file.release(file.count + Self.page..<Int.max)
    #expect(try resident(file) == 0)
    #expect(file.withBytes { Array($0) } == bytes)
  }
}
