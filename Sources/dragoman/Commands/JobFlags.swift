import API
import Terminal

/// The flags about jobs.
enum JobFlags {
  static let all: [any FlagDeclaration] = [folder, running, perClient, size, lifetime, characters]

  private static let defaults = JobLimits()

  static let folder = Flag.optionalText(
    "jobs", "DIR", "folder that keeps jobs, which several servers can share; in memory if absent")
  private static let running = Flag.integer(
    "max-running-jobs", "N", default: defaults.running, in: 1...1024, "jobs in work at a time")
  private static let perClient = Flag.integer(
    "max-jobs", "N", default: defaults.perClient, in: 1...100_000, "jobs of one client, with those that have ended")
  private static let size = Flag.integer(
    "max-jobs-mb", "MIB", default: defaults.bytes >> 20, in: 1...1 << 24,
    "memory, or room in the folder, for all jobs; half of it for one client")
  private static let lifetime = Flag.integer(
    "job-lifetime", "MINUTES", default: defaults.lifetimeSeconds / 60, in: 1...525_600,
    "how long the answer of a job can be fetched")
  private static let characters = Flag.integer(
    "job-char-limit", "N", default: defaults.characters, in: 1...Int(Int32.max), "characters in all texts of a job")

  static func limits(_ values: FlagValues) -> JobLimits {
    var limits = JobLimits()
    limits.running = values[running]
    limits.perClient = values[perClient]
    limits.bytes = values[size] << 20
    limits.lifetimeSeconds = 60 * values[lifetime]
    limits.characters = values[characters]
    return limits
  }
}
