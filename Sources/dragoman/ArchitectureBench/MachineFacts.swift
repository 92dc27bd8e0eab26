import Foundation
import Tensor

/// What figures depend on beside the program.
enum MachineFacts {
  /// As in "2026-11-21, AMD EPYC (family 26, model 2), 2 cores, avx512_vnni".
  static var text: String {
    let date = Date().formatted(.iso8601.year().month().day())
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return "\(date), \(processor), \(cores) core\(cores == 1 ? "" : "s"), \(InstructionSet.current.rawValue)"
  }

  /// Linux's own words; a processor that has no name there is an unknown one.
  private static var processor: String {
    let lines = (try? LineReader.lines(of: "/proc/cpuinfo", limit: 64)) ?? []
    func fact(_ name: String) -> String? {
      let line = lines.first { $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) == name }
      return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    }
    let name = fact("model name") ?? "unknown processor"
    guard let family = fact("cpu family"), let model = fact("model") else { return name }
    return "\(name) (family \(family), model \(model))"
  }
}
