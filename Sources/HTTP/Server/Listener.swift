import CLinux
import Glibc

/// A listening socket, non-blocking.
final class Listener {
  private(set) var descriptor: Int32
  /// The port in fact, where 0 was asked for.
  let port: Int

  enum Accepted {
    case client(descriptor: Int32, address: String)
    case nobody
    /// Out of descriptors or memory, say: asking again at once would fail again.
    case exhausted
  }

  /// `host` is a name or an IPv4 or IPv6 address, the latter also in brackets.
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

  /// The next connection that waits.
  func accept() -> Accepted {
    var address = [CChar](repeating: 0, count: 64)
    while true {
      let client = linux_accept(descriptor, &address, 64)
      if client >= 0 { return .client(descriptor: client, address: Self.text(address)) }
      switch errno {
      case EAGAIN: return .nobody
      case ECONNABORTED, EINTR, EPROTO, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, EPERM:
        continue  // A connection that broke before it was taken; the next one may be sound.
      default: return .exhausted
      }
    }
  }

  private static func text(_ address: [CChar]) -> String {
    String(decoding: address.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
