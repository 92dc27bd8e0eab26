import Foundation

/// A plain blocking socket to a server on this machine. A wait has a time limit, so a server that sends nothing fails
/// the test instead of holding it up.
package final class LoopbackClient {
  package struct Failure: Error {
    package var what: String
  }

  private let descriptor: Int32
  private var received: [UInt8] = []

  package init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard descriptor >= 0, result == 0 else { throw Failure(what: "connect: \(errno)") }
  }

  deinit { close(descriptor) }

  /// Sends a text; false if the server does not take it all.
  @discardableResult
  package func send(_ text: String) -> Bool {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closes the connection with a reset.
  package func reset() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    // Takes the socket's place, which closes it and leaves the number valid until `deinit`.
    let other = open("/dev/null", O_RDONLY)
    dup2(other, descriptor)
    close(other)
  }

  /// Closes both directions, as a client that leaves.
  package func leave() {
    let other = open("/dev/null", O_RDONLY)
    dup2(other, descriptor)
    close(other)
  }

  /// A whole answer with a `Content-Length`, or its head alone.
  package func answer(hasBody: Bool = true) throws -> (head: String, body: [UInt8]) {
    let end = Array("\r\n\r\n".utf8)
    var split = received.firstRange(of: end)
    while split == nil {
      guard try fill() else { throw Failure(what: "the connection ended within a head") }
      split = received.firstRange(of: end)
    }
    guard let split else { throw Failure(what: "no head") }
    let head = String(decoding: received[..<split.upperBound], as: UTF8.self)
    received.removeSubrange(..<split.upperBound)
    guard hasBody, let field = head.firstRange(of: "Content-Length: ") else { return (head, []) }
    guard let length = Int(head[field.upperBound...].prefix { $0.isNumber }) else { throw Failure(what: "no length") }
    while received.count < length {
      guard try fill() else { throw Failure(what: "the connection ended within a body") }
    }
    defer { received.removeSubrange(..<length) }
    return (head, Array(received[..<length]))
  }

  /// The received text up to and including `end`, for which it waits.
  package func text(through end: String) throws -> String {
    while true {
      if let found = received.firstRange(of: Array(end.utf8)) {
        defer { received.removeSubrange(..<found.upperBound) }
        return String(decoding: received[..<found.upperBound], as: UTF8.self)
      }
      guard try fill() else { throw Failure(what: "the connection ended before \(end)") }
    }
  }

  /// The received text up to the end of the connection.
  package func rest() throws -> String {
    while try fill() {}
    defer { received = [] }
    return String(decoding: received, as: UTF8.self)
  }

  /// Receives further bytes; false at the end of the connection, also after a reset.
  private func fill() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count < 0, errno == EAGAIN { throw Failure(what: "nothing came for 120 s") }
    guard count > 0 else { return false }
    received += buffer[..<count]
    return true
  }
}
