import Glibc

/// One request for a server's `/health/ready`, on a plain socket.
package struct HealthProbe {
  private let host: String
  private let port: Int
  private let timeoutSeconds: Double

  package init(host: String, port: Int, timeoutSeconds: Double) {
    self.host = host
    self.port = port
    self.timeoutSeconds = timeoutSeconds
  }

  /// The status of the answer; a first line that is none of HTTP, or none at all, is an error.
  /// - Throws: `HealthError`.
  package func status() throws -> Int {
    let socket = try connected()
    defer { close(socket) }
    let request = "GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    // As long as this fits a socket's buffer it is taken whole or not at all.
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

  /// Connected to the first of the host's addresses that takes it.
  private func connected() throws -> Int32 {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0 else { throw failure(String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(found) }
    var why = EADDRNOTAVAIL
    for address in sequence(first: found, next: { $0?.pointee.ai_next }).compactMap({ $0?.pointee }) {
      let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw failure(Self.reason(errno)) }
      setTimeout(of: descriptor)
      if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return descriptor }
      why = errno
      close(descriptor)
    }
    throw failure("cannot connect: \(Self.reason(why))")
  }

  /// Linux applies the time to send to `connect` as well.
  private func setTimeout(of descriptor: Int32) {
    let whole = timeoutSeconds.rounded(.down)
    var time = timeval(tv_sec: Int(whole), tv_usec: Int((timeoutSeconds - whole) * 1e6))
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }

  /// Without its line end; of a longer line the first bytes.
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

  private func failure(_ what: String) -> HealthError {
    HealthError(description: "\(host):\(port): \(what)")
  }

  private static func reason(_ code: Int32) -> String {
    code == EAGAIN || code == EINPROGRESS ? "timed out" : String(cString: strerror(code))
  }
}

/// A server that gives no answer to judge by.
package struct HealthError: Error, CustomStringConvertible {
  package let description: String
}
