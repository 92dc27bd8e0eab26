import CLinux
import Glibc

/// A listening socket, non-blocking.
final class Listener {
  private(set) var descriptor: Int32
  /// The actual port, if port 0 was asked for.
  let port: Int

  enum Accepted {
    case client(descriptor: Int32, address: String)
    case nobody
    /// The system lacks descriptors or memory: another attempt would fail too.
    case exhausted
  }

  /// - Parameter host: a name, or an IPv4 or IPv6 address, with or without brackets.
  init(host: String, port: Int, backlog: Int32) throws(HTTPServerError) {
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    guard (0...65535).contains(port) else { throw .cannotListen(host: host, port: port, code: EINVAL) }
    var resolverError: Int32 = 0
    let descriptor = linux_listen(bare, String(port), backlog, &resolverError)
    guard resolverError == 0 else {
      throw .unknownHost(host: host, reason: String(cString: gai_strerror(resolverError)))
    }
    guard descriptor >= 0 else { throw .cannotListen(host: host, port: port, code: errno) }
    self.descriptor = descriptor
    self.port = Int(linux_bound_port(descriptor))
  }

  deinit { close() }

  func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }

  /// Accepts the next waiting connection.
  func accept() -> Accepted {
    var address = [CChar](repeating: 0, count: 64)
    while true {
      let client = linux_accept(descriptor, &address, 64)
      if client >= 0 { return .client(descriptor: client, address: Self.text(address)) }
      switch errno {
      case EAGAIN: return .nobody
      case ECONNABORTED, EINTR, EPROTO, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, EPERM:
        continue  // A connection that broke before it was accepted; the next one can be sound.
      default: return .exhausted
      }
    }
  }

  private static func text(_ address: [CChar]) -> String {
    String(decoding: address.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
