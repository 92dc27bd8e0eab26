import Foundation
import Glibc

/// The memory that a server can use, and the part of it that requests can take.
struct MemoryLimit {
  /// The bytes that requests can take, if the operator has chosen.
  private let chosenBytes: Int?
  /// The bytes that the process can have: the limit of its control group, or the machine's memory if that is less.
  let processBytes: Int

  /// - Parameters:
  ///   - chosenBytes: the bytes that requests can take; nil for half of what models leave.
  ///   - root: the folder of control groups, and the file that names the process's own.
  init(chosenBytes: Int?, groups root: String = "/sys/fs/cgroup", own: String = "/proc/self/cgroup") {
    self.chosenBytes = chosenBytes
    let machine = max(0, sysconf(Int32(_SC_PHYS_PAGES))) * max(0, sysconf(Int32(_SC_PAGESIZE)))
    processBytes = ControlGroups(root: root, own: own).limits.reduce(machine, min)
  }

  /// The bytes that requests can take beside models. The other half of the rest is for gaps of the heap, for connections,
  /// and for jobs and files that are kept.
  func requestBytes(besideModels modelBytes: Int) -> Int {
    chosenBytes ?? max(0, processBytes - modelBytes) / 2
  }

  /// The bytes of requests that arrive and of answers that are not read.
  var connectionBytes: Int { min(256 << 20, (chosenBytes ?? processBytes / 2) / 4) }
}

/// The memory limits of the process's control groups, of version 1 or 2 (Linux: Documentation/admin-guide/cgroup-v2.rst
/// and cgroup-v1/memory.rst).
private struct ControlGroups {
  let limits: [Int]

  init(root: String, own: String) {
    var limits: [Int] = []
    for line in Self.text(own)?.split(separator: "\n") ?? [] {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let controllers = fields[1].split(separator: ",")
      if controllers.isEmpty {
        limits += Self.limits(in: root, path: fields[2], file: "memory.max")
      } else if controllers.contains("memory") {
        limits += Self.limits(in: root + "/memory", path: fields[2], file: "memory.limit_in_bytes")
      }
    }
    self.limits = limits
  }

  /// Limits of a group and of those above it. In a container the path can be one that only the host has.
  private static func limits(in root: String, path: Substring, file: String) -> [Int] {
    let names = path.split(separator: "/")
    guard !names.contains("..") else { return [] }
    return (0...names.count).compactMap { count in
      let folder = ([root] + names.prefix(count).map(String.init)).joined(separator: "/")
      return text(folder + "/" + file).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
  }

  private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
