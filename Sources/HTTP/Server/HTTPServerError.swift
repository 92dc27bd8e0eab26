import Glibc

/// Why the server can not listen.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
  case unknownHost(host: String, reason: String)
  /// `code` is the system's error number.
  case cannotListen(host: String, port: Int, code: Int32)
  /// A descriptor for the event loop could not be had.
  case noResources(code: Int32)
  /// A server starts once.
  case alreadyStarted

  package var description: String {
    switch self {
    case .unknownHost(let host, let reason):
      "cannot listen on host \"\(host)\": \(reason); expected an address of this machine, such as 127.0.0.1, 0.0.0.0 or ::"
    case .cannotListen(let host, let port, EADDRINUSE):
      "cannot listen on \(host) port \(port): the port is taken by another program"
    case .cannotListen(let host, let port, EACCES):
      "cannot listen on \(host) port \(port): not permitted; ports below 1024 take privileges"
    case .cannotListen(let host, let port, let code):
      "cannot listen on \(host) port \(port): \(String(cString: strerror(code)))"
    case .noResources(let code):
      "cannot make an event loop: \(String(cString: strerror(code)))"
    case .alreadyStarted: "the server was started before"
    }
  }
}
