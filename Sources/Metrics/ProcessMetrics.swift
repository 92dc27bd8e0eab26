import Foundation
import Glibc

/// Metrics of this process from the system, under the names that Prometheus' client libraries share.
///
/// A metric that cannot be read is left out.
package enum ProcessMetrics {
  package static func write(to text: inout ExpositionText) {
    let (name, help) = ("process_cpu_seconds_total", "Processor time used, in seconds.")
    if let seconds = processorSeconds { text.counter(name, help, seconds) }
    let gauges: [(String, String, Double?)] = [
      ("process_resident_memory_bytes", "Memory that is resident.", residentBytes),
      ("process_open_fds", "File descriptors that are open.", openDescriptors),
      ("process_max_fds", "File descriptors that may be open.", maximumDescriptors),
      ("process_start_time_seconds", "When the process started, in seconds since 1970.", startSeconds),
    ]
    for (name, help, value) in gauges {
      if let value { text.gauge(name, help, value) }
    }
  }

  static var processorSeconds: Double? {
    var used = timespec()
    guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0 else { return nil }
    return Double(used.tv_sec) + Double(used.tv_nsec) * 1e-9
  }

  static var residentBytes: Double? {
    guard let pages = fields("/proc/self/statm").dropFirst().first.flatMap(Double.init) else { return nil }
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// Number of open descriptors, without the one that the count itself takes.
  static var openDescriptors: Double? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    var entries = 0
    while readdir(folder) != nil { entries += 1 }
    // The entries "." and ".." are no descriptors.
    return Double(max(0, entries - 3))
  }

  static var maximumDescriptors: Double? {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return nil }
    return Double(limits.rlim_cur)
  }

  /// Start of the process in seconds since 1970 (proc(5)): field 22 of `stat` counts ticks since the start of the system,
  /// and `btime` is the time of that start. The second field can contain spaces, but no field after its parenthesis does.
  static let startSeconds: Double? = {
    guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
      let end = stat.lastIndex(of: ")"),
      let ticks = stat[end...].split(separator: " ").dropFirst(20).first.flatMap({ Double($0) }),
      let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
      let started = line.split(separator: " ").last.flatMap({ Double($0) })
    else { return nil }
    return started + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }()

  private static func fields(_ path: String) -> [String] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").map(String.init)
  }
}
