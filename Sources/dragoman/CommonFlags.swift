/// Flags that several subcommands share.
enum CommonFlags {
  static let models = Flag.texts("model", "DIR", "folder of a model to serve")
  static let model = Flag.optionalText("model", "DIR", "folder of the model")
  static let workers = Flag.integer(
    "workers", "N", default: Cores.count, in: 1...256, "worker threads, each decoding a batch on one core")

  static func required(_ values: FlagValues, _ flag: Flag<String?>) throws -> String {
    guard let value = values[flag] else {
      throw UsageError("--\(flag.name) is missing, expected \(flag.placeholder ?? "a value")")
    }
    return value
  }
}
