import Foundation
import Support
import Testing

/// `dragoman serve` on a small model and a free port, killed with its owner if it still runs then.
final class ServerProgram {
  let port: Int
  private let log: TemporaryFolder
  private let processID: pid_t
  private var status: Int32?

  /// - Parameters:
  ///   - redirection: the shell's redirections of its standard streams; stderr goes to a file if there is none.
  ///   - flags: further flags.
  init(redirection: String? = nil, flags: [String] = []) throws {
    log = try TemporaryFolder()
    port = try Self.freePort()
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("dragoman").path
    processID = try Self.spawn(
      [
        "/bin/sh", "-c", "exec \"$0\" \"$@\" \(redirection ?? "2>'\(log.path)/log'")", program, "serve",
        "--model", MarianFixture.root + "/marian-base", "--pair", "en-fr", "--port", "\(port)", "--workers", "1",
      ] + flags)
  }

  deinit {
    if isRunning {
      kill(processID, SIGKILL)
      waitpid(processID, nil, 0)
    }
  }

  var isRunning: Bool {
    guard status == nil else { return false }
    var status: Int32 = 0
    guard waitpid(processID, &status, WNOHANG) == processID else { return true }
    self.status = status
    return false
  }

  func send(_ signal: Int32) { kill(processID, signal) }

  /// Waits for the line that follows each loading of the models.
  func waitUntilServing(times: Int) -> Bool {
    waitUntil("the log says \(times) times that it serves") {
      let text = (try? String(contentsOfFile: log.path + "/log", encoding: .utf8)) ?? ""
      return text.components(separatedBy: "dragoman: serving ").count > times
    }
  }

  /// The status that the process exits with; nil if a signal ends it, or if it does not end.
  func exitStatus() -> Int32? {
    guard waitUntil("the server has ended", { !isRunning }), let status, status & 0x7f == 0 else { return nil }
    return status >> 8
  }

  /// Starts a program with no signal blocked: threads of Dispatch block all, and a process inherits that. Its
  /// environment has the options of sanitizers alone.
  private static func spawn(_ arguments: [String]) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var texts = arguments.map { strdup($0) } + [nil]
    defer { texts.forEach { free($0) } }
    var processID: pid_t = 0
    var environment: [UnsafeMutablePointer<CChar>?] = ["ASAN_OPTIONS", "TSAN_OPTIONS"].compactMap { name in
      getenv(name).flatMap { strdup(name + "=" + String(cString: $0)) }
    }
    defer { environment.forEach { free($0) } }
    environment.append(nil)
    try #require(posix_spawn(&processID, arguments[0], nil, &attributes, &texts, &environment) == 0)
    return processID
  }

  /// A port of the loopback interface that nobody listens on.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    try #require(isBound)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
