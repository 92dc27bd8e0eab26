/// `dragoman health`: whether a server is ready for requests, for images that have no other client in them.
enum HealthCommand: Command {
  static let name = "health"
  static let summary = "Asks a server whether it is ready; exit status 0 or 1."
  static let usage = "[flags]"
  static let flags: [any FlagDeclaration] = [host, port, timeout]

  // The names of `serve`'s flags, so that both read the same environment. An address to listen on for all (`0.0.0.0`,
  // `::`) reaches this machine when connected to.
  private static let host = Flag.text("host", "HOST", default: "127.0.0.1", "address of the server")
  private static let port = Flag.integer("port", "PORT", default: 5000, in: 1...65535, "its port")
  private static let timeout = Flag.number(
    "health-timeout-seconds", "S", default: 2, in: 0.1...60, "time to connect, and between bytes of the answer")

  static func run(_ values: FlagValues) throws -> Int32 {
    let probe = HealthProbe(host: values[host], port: values[port], timeoutSeconds: values[timeout])
    let status = try probe.status()
    guard status == 200 else {
      Console.error("dragoman: \(values[host]):\(values[port]): not ready (found status \(status), expected 200)")
      return 1
    }
    return 0
  }
}
