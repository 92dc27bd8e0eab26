import Foundation
import Glibc

/// An HTTP/1.1 server on one event-loop thread; handlers run on other threads, except for brief requests.
///
/// The server does not speak TLS: a proxy in front of it does.
///
/// `@unchecked Sendable`: `mailbox` is touched under `lock` only, all else is constant.
package final class HTTPServer: @unchecked Sendable {
  private let configuration: HTTPServerConfiguration
  private let handler: any HTTPHandler
  private let refusalBody: RefusalBody
  private let lock = NSLock()
  private var mailbox: Mailbox?

  /// - Parameter refusalBody: makes the responses to requests that never reach the handler.
  package init(
    configuration: HTTPServerConfiguration, handler: any HTTPHandler, refusalBody: @escaping RefusalBody
  ) {
    self.configuration = configuration
    self.handler = handler
    self.refusalBody = refusalBody
  }

  /// Listens and serves from now on, until `shutdown`.
  /// - Returns: the port.
  /// - Throws: `HTTPServerError`, also if the server was started before.
  package func start() throws -> Int {
    let listener = try Listener(
      host: configuration.host, port: configuration.port, backlog: configuration.backlog)
    let mailbox = try Mailbox()
    try lock.withLock {
      guard self.mailbox == nil else { throw HTTPServerError.alreadyStarted }
      self.mailbox = mailbox
    }
    let loop = try EventLoop(
      configuration: configuration, listener: listener, mailbox: mailbox, handler: handler, refusalBody: refusalBody)
    loop.start()
    return listener.port
  }

  /// Runs a block on the event loop, which must not be delayed: the block takes well under a millisecond and waits for
  /// nothing. Blocks for which the loop has no time run where handlers do.
  /// - Returns: false if the server does not run; then the block is not run either.
  package func perform(_ block: @escaping @Sendable () -> Void) -> Bool {
    post(.work(block))
  }

  /// Accepts no more connections, answers requests in flight with `Connection: close`, closes idle connections, and ends
  /// the loop. Connections that are unfinished after `graceSeconds` are cut off.
  /// - Parameter completion: called once, on any thread, with whether everything was finished in time.
  package func shutdown(graceSeconds: Double, completion: @escaping @Sendable (Bool) -> Void) {
    if !post(.shutDown(graceSeconds: graceSeconds, completion: completion)) { completion(true) }
  }

  /// - Returns: false if the server does not run.
  private func post(_ message: Mailbox.Message) -> Bool {
    lock.withLock { mailbox }?.post(message) ?? false
  }
}

/// The reason for which a server cannot listen.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
  case unknownHost(host: String, reason: String)
  /// `code` is the system's error number.
  case cannotListen(host: String, port: Int, code: Int32)
  /// The system has no descriptor for the event loop.
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
