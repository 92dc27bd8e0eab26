import Glibc
import Terminal

/// `dragoman health`: asks whether a server is ready, for container images without another client.
enum HealthCommand: Command {
  static let name = "health"
  static let summary = "Asks a server whether it is ready; exit status 0 or 1."
  static let usage = "[flags]"
  static let flags: [any FlagDeclaration] = [host, port, timeout]

  // The names are those of `serve`, so that both read the same environment. An address to listen on for all (`0.0.0.0`,
  // `::`) reaches this machine when connected to.
  private static let host = Flag.text("host", "HOST", default: "127.0.0.1", "address of the server")
  private static let port = Flag.integer("port", "PORT", default: 5000, in: 1...65535, "port of the server")
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

/// A request for a server's `/health/ready` on a plain socket.
package struct HealthProbe {
  private let host: String
  private let port: Int
  private let timeoutSeconds: Double

  package init(host: String, port: Int, timeoutSeconds: Double) {
    self.host = host
    self.port = port
    self.timeoutSeconds = timeoutSeconds
  }

  /// The status of the answer.
  ///
  /// - Throws: `HealthError` if there is no answer, or if its first line is no status line of HTTP.
  package func status() throws -> Int {
    let socket = try connected()
    defer { close(socket) }
    let request = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    // The request fits a socket's buffer, so the system takes the whole of it or nothing.
    guard send(socket, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count else {
      throw failure("cannot send: \(Self.reason(errno))")
    }
    let line = try firstLine(socket)
    let parts = line.split(separator: " ")
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/1."), let status = Int(parts[1]) else {
      throw failure("found \(line.isEmpty ? "no answer" : line), expected a status line of HTTP/1.1")
    }
    return status
  }

  /// A socket that is connected to the first of the host's addresses that accepts.
  private func connected() throws -> Int32 {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0 else { throw failure(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(found) }
    var lastError = EADDRNOTAVAIL
    for address in sequence(first: found, next: { $0?.pointee.ai_next }).compactMap({ $0?.pointee }) {
      let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw failure(Self.reason(errno)) }
      setTimeout(of: descriptor)
      if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
      lastError = errno
      close(descriptor)
    }
    throw failure("cannot connect: \(Self.reason(lastError))")
  }

  /// Sets the socket's timeouts. Linux applies the one for sending to `connect` as well.
  private func setTimeout(of descriptor: Int32) {
    let whole = timeoutSeconds.rounded(.down)
    var time = timeval(tv_sec: Int(whole), tv_usec: Int((timeoutSeconds - whole) * 1e6))
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// The answer's first line without its end, cut after 256 bytes.
  private func firstLine(_ socket: Int32) throws -> String {
    var line: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 256)
    while !line.contains(UInt8(ascii: "\n")), line.count < bytes.count {
      let count = recv(socket, &bytes, bytes.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("no answer: \(Self.reason(errno))") }
      if count == 0 { break }
      line += bytes.prefix(count)
    }
    return String(decoding: line.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }

  private func failure(_ reason: String) -> HealthError {
    HealthError(description: "\(host):\(port): \(reason)")
  }

  private static func reason(_ code: Int32) -> String {
    code == EAGAIN || code == EINPROGRESS ? "timed out" : String(cString: strerror(code))
  }
}

/// A server without an answer that says whether it is ready.
package struct HealthError: Error, CustomStringConvertible {
  package let description: String
}
